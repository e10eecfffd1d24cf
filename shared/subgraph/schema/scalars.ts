import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { isDate } from '../../domain/dates';

/** ISO 8601 calendar date, `2026-05-17`. The database driver returns dates as text. */
export const DateScalar = scalar('Date', (value) => (typeof value === 'string' && isDate(value) ? value : undefined));

/** ISO 8601 instant with offset, `2026-05-17T08:00:00.000Z`. */
export const DateTimeScalar = scalar('DateTime', (value) => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  if (!isDate(value.slice(0, 10))) return undefined;
  const instant = new Date(value);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
});

/** @param accept returns the canonical text, or undefined for an invalid value. */
function scalar(name: string, accept: (value: unknown) => string | undefined): GraphQLScalarType<string, string> {
  const convert = (value: unknown): string => {
    const text = accept(value);
    // The value itself may be part of a record and stays out of the message.
    if (text === undefined) throw new GraphQLError(`A ${name} must be in ISO 8601 form.`);
    return text;
  };
  return new GraphQLScalarType({
    name,
    serialize: convert,
    parseValue: convert,
    parseLiteral: (node) => convert(node.kind === Kind.STRING ? node.value : undefined),
  });
}
