import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgencyFolder } from './agency-file';
import { generatedFiles } from './generated-files';

/** Writes the files that list the agencies. @returns the files that were stale. */
export function writeGenerated(project: string, agencies: readonly AgencyFolder[], check: boolean): readonly string[] {
  return generatedFiles(agencies).flatMap(({ path, content }) => {
    const file = join(project, path);
    const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const wanted = content(present);
    if (wanted === present) return [];
    if (!check) writeFileSync(file, wanted);
    return [path];
  });
}
