/** Columns from `min` to `max`, counted from 1. */
interface Columns {
  readonly min: number;
  readonly max: number;
}

type Attributes = Readonly<Record<string, string>>;

/** The hidden rows and columns of a sheet. */
export class HiddenParts {
  private readonly columns: Columns[] = [];
  private zeros = false;

  /** Called for every element of the sheet. */
  opened(name: string, attributes: Attributes): void {
    if (name === 'col' && isHidden(attributes, attributes.width)) {
      this.columns.push({ min: Number(attributes.min), max: Number(attributes.max) });
    }
    if (name === 'sheetView' && attributes.showZeros !== undefined) this.zeros = !isTrue(attributes.showZeros);
  }

  row(attributes: Attributes): boolean {
    return isHidden(attributes, attributes.ht);
  }

  /** @param index counted from 0. */
  column(index: number): boolean {
    return this.columns.some(({ min, max }) => index + 1 >= min && index + 1 <= max);
  }

  /** Whether the sheet displays zeros as empty cells. */
  get hidesZeros(): boolean {
    return this.zeros;
  }
}

// Private:

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** A width or height of zero also hides. */
function isHidden({ hidden }: Attributes, size: string | undefined): boolean {
  return isTrue(hidden) || (size !== undefined && Number(size) === 0);
}
