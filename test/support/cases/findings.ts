import type { Situation } from '../../../developer-kit/cases/situation';
import type { DataClassName } from '../../../shared/access/catalogue';
import type { ChildAskedAbout } from './subjects';

/** The cells that were looked at in one place, and what was not as the cases say. */
export class Findings {
  private counted = 0;
  private readonly faults = new Map<DataClassName, string[]>();

  get cells(): number {
    return this.counted;
  }

  /** @param faults what each look at the cell saw; nothing, where it was as expected. */
  note(dataClass: DataClassName, child: ChildAskedAbout, situation: Situation, faults: readonly string[]): void {
    this.counted += 1;
    if (faults.length === 0) return;
    const place = `${situation.name}, about ${child.name}`;
    this.faults.set(dataClass, [...this.of(dataClass), ...faults.map((fault) => `${place}: ${fault}`)]);
  }

  of(dataClass: DataClassName): readonly string[] {
    return this.faults.get(dataClass) ?? [];
  }
}
