import { dirname } from 'node:path';
import { type DocumentNode, GraphQLError } from 'graphql';
import { type AgencyRules, RuleFaults, readAgencyRules } from '../../shared/access/agency-rules';
import { type Catalogue, parseCatalogue } from '../../shared/access/catalogue';
import type { PolicyTexts } from '../../shared/access/policies';
import { type FileFault, FileFaults } from '../../shared/cli/read-yaml';
import type { Agency } from '../../shared/domain/agencies';
import { behindPrelude } from '../../shared/subgraph/schema/type-defs';
import { type Cases, casesIn } from '../cases/cases';
import { type Agreements, agreementsIn } from './agreements';
import { type Definitions, definitionsIn } from './definitions';
import type { Finding } from './finding';
import type { AgencyFolder } from './proposal';

/** The parts of an agency's folder; a part that could not be read is undefined, and findings say why. */
export interface ReadAgency {
  readonly agency: Agency;
  readonly folder: AgencyFolder;
  readonly schema: DocumentNode | undefined;
  /** Empty if the schema could not be read. */
  readonly definitions: Definitions;
  readonly catalogue: Catalogue | undefined;
  readonly rules: AgencyRules | undefined;
  readonly cases: Cases | undefined;
  readonly agreements: Agreements;
  readonly findings: readonly Finding[];
}

/** Reads and validates each part of an agency's folder separately. */
export function readAgency(folder: AgencyFolder): ReadAgency {
  const { agency, schema, catalogue: catalogueFile, cases: casesFiles, agreements: agreementsFile } = folder;
  const path = dirname(catalogueFile.path);
  const findings: Finding[] = [];
  const attempt = <Result>(what: string, file: string, read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      for (const one of faultsOf(error as Error, file))
        findings.push({ what, severity: 'error', agencies: [agency], ...one });
      return undefined;
    }
  };
  const note = (what: string, { message, file, line }: FileFault) => {
    findings.push({ what, severity: 'error', agencies: [agency], message, places: [{ file, line }] });
  };
  const catalogue = attempt('catalogue', catalogueFile.path, () =>
    parseCatalogue(agency, catalogueFile.text, catalogueFile.path),
  );
  const rules =
    catalogue &&
    attempt('rule', path, () =>
      readAgencyRules(agency, { catalogue: catalogueFile.text, policies: policyTexts(folder) }, path),
    );
  const cases = catalogue && casesFiles.length > 0 ? casesIn(casesFiles, catalogue) : undefined;
  if (casesFiles.length === 0) {
    const message = 'There are no cases for the rules.';
    note('cases', { message, file: `${path}/access.cases.yaml`, line: 1 });
  }
  for (const fault of cases?.faults ?? []) note('cases', fault);
  const agreements = agreementsIn(agreementsFile?.text ?? '', agreementsFile?.path ?? path);
  for (const fault of agreements.faults) note('agreement', fault);
  const document = attempt('schema', path, () => behindPrelude(schema));
  return {
    agency,
    folder,
    schema: document,
    definitions: document === undefined ? new Map() : definitionsIn(document, schema),
    catalogue,
    rules,
    cases,
    agreements,
    findings,
  };
}

/** The texts of an agency's rules, by their paths below its folder. */
export function policyTexts({ catalogue, policies }: AgencyFolder): PolicyTexts {
  const folder = dirname(catalogue.path);
  return Object.fromEntries(policies.map(({ path, text }) => [path.slice(folder.length + 1), text]));
}

// Private:

type PlacedMessage = Pick<Finding, 'message' | 'places'>;

function faultsOf(error: Error, file: string): readonly PlacedMessage[] {
  if (error instanceof RuleFaults) return error.faults.map(placed);
  if (error instanceof FileFaults) return error.places.map(({ message, ...place }) => ({ message, places: [place] }));
  return [faultOf(error, file)];
}

/** `education: Rule … (subgraphs/education/access.cedar:12)` -> message and place. */
function placed(fault: string): PlacedMessage {
  const [, message = fault, file, line] = /^[\w-]+: (.*) \(([^()]+):(\d+)\)$/s.exec(fault) ?? [];
  return { message, places: file === undefined ? [] : [{ file, line: Number(line) }] };
}

function faultOf(error: Error, file: string): PlacedMessage {
  const line =
    error instanceof GraphQLError
      ? error.locations?.[0]?.line
      : Number(/ at line (\d+)/.exec(error.message)?.[1] ?? Number.NaN);
  const [message = ''] = error.message.replace(`${file}: `, '').split('\n');
  const own = (error instanceof GraphQLError ? error.source?.name : undefined) ?? file;
  return { message, places: [{ file: own, line: Number.isNaN(line) ? undefined : line }] };
}
