import type { Situation } from '../../../developer-kit/cases/situation';
import type { DataClassName } from '../../../shared/access/catalogue';
import type { ChildAskedAbout } from './subjects';

/** The cells checked in one place, with the differences from the cases. */
export class Findings {
  private counted = 0;
  private readonly faults = new Map<DataClassName, string[]>();

  get cells(): number {
    return this.counted;
  }

  /** @param faults differences found in the cell; empty if it is as specified. */
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
