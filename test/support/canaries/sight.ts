import { isOpen } from '../../../developer-kit/cases/cases';
import type { Situation } from '../../../developer-kit/cases/situation';
import type { Coordinate, Requirement } from '../../../shared/access/labels';
import type { Agency } from '../../../shared/domain/agencies';
import type { Specification } from '../cases/specification';
import type { ChildAskedAbout } from '../cases/subjects';
import type { AgencySchema } from './agency-schema';
import type { Column } from './marks';
import type { Sighting } from './places';
import { readShownColumns, type ShownColumns } from './shown-columns';

/** Who may see which column, by the fields that show it and the expected answers of their classes. */
export class Sight {
  private readonly specification: Specification;
  private readonly child: ChildAskedAbout;
  private readonly shown: ReadonlyMap<string, ShownColumns>;
  private readonly labels: ReadonlyMap<Coordinate, Requirement>;
  private readonly masked: ReadonlySet<Coordinate>;

  constructor(specification: Specification, child: ChildAskedAbout, schemas: readonly AgencySchema[]) {
    this.specification = specification;
    this.child = child;
    this.shown = new Map(schemas.map((schema) => [schema.agency, readShownColumns(schema)]));
    this.labels = new Map(schemas.flatMap(({ labels }) => [...labels]));
    this.masked = new Set(schemas.flatMap(({ masked }) => [...masked]));
  }

  keeps(column: Column): boolean {
    return this.shown.get(agencyOf(column))?.keeps(column) === true;
  }

  /** Every column that an agency's file names. */
  namedBy(agency: Agency): readonly Column[] {
    return this.shown.get(agency)?.named ?? [];
  }

  fieldsOf(column: Column): readonly Coordinate[] {
    return this.shown.get(agencyOf(column))?.fieldsOf(column) ?? [];
  }

  /** The classes by which a column is seen: equal for columns that the same callers see. */
  classesOf(column: Column): string {
    return JSON.stringify(this.fieldsOf(column).map((field) => this.labels.get(field) ?? []));
  }

  /** Whether a field is answered in clear in a situation, at most. */
  isClear(field: Coordinate, situation: Situation): boolean {
    return (this.labels.get(field) ?? []).every((sets) =>
      sets.some((classes) =>
        classes.every((name) => {
          const answer = this.specification.expected(name, this.child, situation);
          return answer === 'CLEAR' || (isOpen(answer) && !this.masked.has(field));
        }),
      ),
    );
  }

  maySee(column: Column, situation: Situation): boolean {
    return this.fieldsOf(column).some((field) => this.isClear(field, situation));
  }

  maySeeAny(columns: readonly Column[], situation: Situation): boolean {
    return columns.some((column) => this.maySee(column, situation));
  }

  /** What is wrong with a sighting; undefined if it is as it should be. */
  fault({ column, place }: Sighting, situation: Situation): string | undefined {
    if ('part' in place) return `${column} is seen in ${place.part}`;
    if ('cursor' in place) {
      const isSaid = this.fieldsOf(column).includes(place.cursor);
      return isSaid || this.maySee(column, situation) ? undefined : `${column} is seen in the cursor ${place.cursor}`;
    }
    if (!this.fieldsOf(column).includes(place.field)) return `${column} is seen in ${place.field}`;
    if (this.isClear(place.field, situation)) return undefined;
    return `${column} is seen in ${place.field} by those who may not see it`;
  }
}

// Private:

const agencyOf = (column: Column): string => column.slice(0, column.indexOf('.'));
