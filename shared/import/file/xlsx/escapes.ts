/**
 * Decodes the escapes `_xHHHH_` of characters that XML cannot contain (ECMA-376, 22.9.2.19): `_x000D_` before a line break,
 * and `_x005F_` for an underscore that begins no escape.
 */
export function withoutEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
