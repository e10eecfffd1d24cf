/** `legal-aid` -> `legal_aid`: tables and views. */
export const snakeCase = (name: string): string => name.replaceAll('-', '_');

/** `legal-aid` -> `legalAid`: fields. */
export const camelCase = (name: string): string =>
  name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** `legal-aid` -> `LegalAid`: types. */
export const pascalCase = (name: string): string => capitalised(camelCase(name));

/** `legal-aid` -> `Legal aid`: descriptions. */
export const sentenceCase = (name: string): string => capitalised(name.replaceAll('-', ' '));

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
