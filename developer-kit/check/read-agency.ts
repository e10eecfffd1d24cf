import { type DocumentNode, GraphQLError } from 'graphql';
import { type AgencyRules, RuleFaults, readAgencyRules } from '../../shared/access/agency-rules';
import { type Catalogue, parseCatalogue } from '../../shared/access/catalogue';
import type { Agency } from '../../shared/domain/agencies';
import { behindPrelude } from '../../shared/subgraph/schema/type-defs';
import { type Cases, casesIn } from '../cases/cases';
import { type Agreements, agreementsIn } from './agreements';
import { type Definitions, definitionsIn } from './definitions';
import type { Finding } from './finding';
import type { AgencyFolder } from './proposal';

/** An agency's folder, understood; undefined is what could not be, which findings tell of. */
export interface ReadAgency {
  readonly agency: Agency;
  readonly folder: AgencyFolder;
  readonly schema: DocumentNode | undefined;
  /** None where the schema could not be read. */
  readonly definitions: Definitions;
  readonly catalogue: Catalogue | undefined;
  readonly rules: AgencyRules | undefined;
  readonly cases: Cases | undefined;
  readonly agreements: Agreements;
  readonly findings: readonly Finding[];
}

/** Reads and validates everything in an agency's folder that can be judged by itself. */
export function readAgency(folder: AgencyFolder): ReadAgency {
  const { agency, schema, catalogue: catalogueFile, policies, cases: casesFile, agreements: agreementsFile } = folder;
  const findings: Finding[] = [];
  const attempt = <Result>(what: string, file: string, read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (error) {
      const told = error instanceof RuleFaults ? error.faults.map(placed) : [faultOf(error as Error, file)];
      for (const one of told) findings.push({ what, severity: 'error', agencies: [agency], ...one });
      return undefined;
    }
  };
  const note = (what: string, file: string, faults: readonly { readonly message: string; readonly line: number }[]) => {
    for (const { message, line } of faults) {
      findings.push({ what, severity: 'error', agencies: [agency], message, places: [{ file, line }] });
    }
  };
  const catalogue = attempt('catalogue', catalogueFile.path, () =>
    parseCatalogue(agency, catalogueFile.text, catalogueFile.path),
  );
  const rules =
    catalogue &&
    attempt('rule', policies.path, () =>
      readAgencyRules(
        agency,
        { catalogue: catalogueFile.text, policies: policies.text },
        policies.path.replace(/\/[^/]*$/, ''),
      ),
    );
  const cases = catalogue && casesFile && attempt('cases', casesFile.path, () => casesIn(casesFile.text, catalogue));
  if (casesFile === undefined) {
    note('cases', policies.path.replace(/[^/]*$/, 'access.cases.yaml'), [
      { message: 'There is no specification by example beside the rules.', line: 1 },
    ]);
  } else if (cases !== undefined) note('cases', casesFile.path, cases.faults);
  const agreements = agreementsIn(agreementsFile?.text ?? '');
  if (agreementsFile !== undefined) note('agreement', agreementsFile.path, agreements.faults);
  const document = attempt('schema', schema.path, () => behindPrelude(schema.text, schema.path));
  return {
    agency,
    folder,
    schema: document,
    definitions: document === undefined ? new Map() : definitionsIn(document, schema.path),
    catalogue,
    rules,
    cases,
    agreements,
    findings,
  };
}

// Private:

type Told = Pick<Finding, 'message' | 'places'>;

/** `education: Rule … (subgraphs/education/access.cedar:12)` -> message and place. */
function placed(fault: string): Told {
  const [, message = fault, file, line] = /^[\w-]+: (.*) \(([^()]+):(\d+)\)$/s.exec(fault) ?? [];
  return { message, places: file === undefined ? [] : [{ file, line: Number(line) }] };
}

function faultOf(error: Error, file: string): Told {
  const line =
    error instanceof GraphQLError
      ? error.locations?.[0]?.line
      : Number(/ at line (\d+)/.exec(error.message)?.[1] ?? Number.NaN);
  const [message = ''] = error.message.replace(`${file}: `, '').split('\n');
  return { message, places: [{ file, line: Number.isNaN(line) ? undefined : line }] };
}
