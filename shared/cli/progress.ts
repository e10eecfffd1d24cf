/** Shows the total progress of several parts: a bar on a terminal, or a line for every ten percent elsewhere. */
export class ProgressBar {
  private readonly title: string;
  private readonly total: number;
  private readonly out: NodeJS.WriteStream;
  private readonly done = new Map<string, number>();
  private shownTenth = 0;
  private finished = false;

  /** @param total sum of all parts. */
  constructor(title: string, total: number, out: NodeJS.WriteStream) {
    this.title = title;
    this.total = total;
    this.out = out;
  }

  report(part: string, done: number): void {
    this.done.set(part, done);
    const share = Math.min(1, [...this.done.values()].reduce((sum, value) => sum + value, 0) / this.total);
    if (this.finished) return;
    this.finished = share === 1;
    if (this.out.isTTY) this.draw(share);
    else this.print(share);
  }

  private draw(share: number): void {
    const width = 30;
    const filled = Math.round(share * width);
    this.out.write(`\r${this.title} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %`);
    if (share === 1) this.out.write('\n');
  }

  private print(share: number): void {
    const tenth = Math.floor(share * 10);
    if (tenth === this.shownTenth) return;
    this.shownTenth = tenth;
    this.out.write(`${this.title} ${tenth * 10} %\n`);
  }
}
