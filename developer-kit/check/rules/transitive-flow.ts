import type { Agreement } from '../agreements';
import { type Finding, lineOf } from '../finding';
import { type Flow, flowsIn } from '../flows';
import type { ReadAgency } from '../read-agency';
import type { Rule } from './rule';

/**
 * Labelled data of one agency may go to another only under an agreement that names its legal basis: `agreements.yaml`
 * of the receiving agency. Keys go to everyone, so no agreement can allow them.
 */
export const transitiveFlow: Rule = ({ after }) => {
  const agencies = [...after.agencies.values()];
  const flows = flowsIn(agencies);
  const findings = flows.flatMap((flow) => refused(flow, agencies));
  return [
    // A key goes to several agencies and is reported once.
    ...new Map(findings.map((finding) => [lineOf(finding), finding])).values(),
    ...agencies.flatMap((agency) =>
      agency.agreements.agreements.flatMap((one) => faultsOf(one, agency, agencies, flows)),
    ),
  ];
};

// Private:

function refused(flow: Flow, agencies: readonly ReadAgency[]): readonly Finding[] {
  const { field, dataClasses, from, to, by, on, place } = flow;
  const agreements = agencies.find(({ agency }) => agency === to)?.agreements.agreements ?? [];
  const isAgreed = agreements.some((one) => one.from === from && one.fields.includes(field));
  if (isAgreed && by !== 'key') return [];
  const what = `${field} (${dataClasses.join(', ')})`;
  const how =
    by === 'provides'
      ? `${what} of ${from} would be answered by ${to} from its own data, by @provides on ${on}`
      : `${what} would be sent from ${from} to ${by === 'key' ? `every agency that knows ${on}` : to}, by @${by} on ${on}`;
  const why =
    by === 'key' ? 'a key may contain only the pseudonym' : `no agreement in subgraphs/${to}/agreements.yaml allows it`;
  return [
    {
      what: 'flow',
      severity: 'error',
      agencies: [by === 'key' ? from : to],
      message: `${how}; ${why}`,
      places: place === undefined ? [] : [place],
    },
  ];
}

function faultsOf(
  { from, fields, line }: Agreement,
  { agency, folder }: ReadAgency,
  agencies: readonly ReadAgency[],
  flows: readonly Flow[],
): readonly Finding[] {
  const places = [{ file: folder.agreements?.path ?? '', line }];
  const owner = agencies.find((other) => other.agency === from);
  return fields.flatMap((field): readonly Finding[] => {
    if (from === agency || !owner?.definitions.has(field)) {
      const message = from === agency ? `${agency} needs no agreement with itself` : `${from} has no field ${field}`;
      return [{ what: 'agreement', severity: 'error', agencies: [agency], message, places }];
    }
    const isUsed = flows.some((flow) => flow.to === agency && flow.from === from && flow.field === field);
    if (isUsed) return [];
    const message = `the agreement about ${field} of ${from} is not used: remove it`;
    return [{ what: 'agreement', severity: 'note', agencies: [agency], message, places }];
  });
}
