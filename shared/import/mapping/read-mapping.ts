import { ErrorList } from '../../cli/error-list';
import { readYaml } from '../../cli/read-yaml';
import { ImportRefused } from '../refused';
import { type Mapping, mappingSchema } from './mapping';

/**
 * Reads an agency's mapping file.
 *
 * @param fileName for messages.
 * @throws {ImportRefused} with one line for each fault, which ends with file and line.
 */
export function readMapping(yaml: string, fileName: string): Mapping {
  try {
    return readYaml(yaml, fileName, mappingSchema);
  } catch (error) {
    throw error instanceof ErrorList ? new ImportRefused(error.message) : error;
  }
}
