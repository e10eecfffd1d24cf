import { GRANT, isOpen } from '../../../developer-kit/cases/cases';
import type { Probe } from '../../../developer-kit/cases/probes';
import { type Situation, takesPart } from '../../../developer-kit/cases/situation';
import type { Denied } from '../../../shared/access/answers';
import type { Reference } from '../../../shared/domain/purpose';
import { FULL_CHILD_ACCESS } from '../full-child';
import { recordIn } from '../ledger';
import { startSystem, type TestSystem } from '../system';
import { eachAtOnce } from './each-at-once';
import type { Findings } from './findings';
import { headersIn } from './headers-in';
import { faultsAt, noteEachClass } from './look';
import type { Answered } from './observe';
import { GATEWAY_WAYS, type Operation, variablesOf, wideOperation } from './operations';
import type { Inquiry, Specification } from './specification';
import { statedReferences } from './stated-references';
import { type ChildAskedAbout, isUnknownGrant, referredBy } from './subjects';

/** Asks the whole system over HTTP, with a token, a purpose, and a reference or reason. */
export async function askGateway(
  specification: Specification,
  inquiries: readonly Inquiry[],
  findings: Findings,
): Promise<void> {
  const system = await startSystem();
  const stated = statedReferences(system);
  await recordIn(system.ledgerDatabase, [FULL_CHILD_ACCESS]);
  const probes = specification.agencies.flatMap((agency) => agency.probes);
  for (const { child, situations, classes } of inquiries) {
    const ofAll = probes.filter(({ dataClass }) => classes.has(dataClass));
    for (const asked of inOperations(ofAll)) await askAll(child, situations, asked);
  }
  await system.close();

  async function askAll(
    child: ChildAskedAbout,
    situations: readonly Situation[],
    asked: readonly Probe[],
  ): Promise<void> {
    // Clients cannot select it; whether the reference is accepted shows its answer.
    const inQuery = asked.filter(({ dataClass }) => dataClass !== GRANT);
    const operation = wideOperation(inQuery, GATEWAY_WAYS);
    await eachAtOnce(situations, async (situation) => {
      const outcome = await ask(system, operation, child, situation, stated(child, situation));
      const expected = expectedCode(child, situation);
      noteEachClass(findings, asked, child, situation, (probe) => {
        if (outcome.code !== expected) return [`answered ${outcome.code} instead of ${expected}`];
        if (isUnknownGrant(probe.dataClass, situation)) return [];
        if (probe.dataClass === GRANT) {
          const granted = isOpen(specification.expected(GRANT, child, situation));
          return outcome.granted === granted ? [] : [`granted is ${outcome.granted}`];
        }
        if (outcome.code !== 'ANSWERED') return [];
        return [...outcome.faults, ...faultsAt(probe, operation, specification, child, situation, outcome)];
      });
    });
  }
}

// Private:

/** One operation for all would be too wide: the centre's own classes, and those of the other agencies. */
function inOperations(probes: readonly Probe[]): readonly (readonly Probe[])[] {
  const isOfCentre = ({ dataClass }: Probe) => dataClass.startsWith('governance-center.');
  const parts = [probes.filter(isOfCentre), probes.filter((probe) => !isOfCentre(probe))];
  return parts.filter((part) => part.length > 0);
}

type Code = 'ANSWERED' | 'ACCESS_REASON_REQUIRED' | 'ACCESS_REFERENCE_REFUSED';

/** A whole request is refused without a reason, or for a reference that the caller takes no part in. */
function expectedCode(child: ChildAskedAbout, situation: Situation): Code {
  if (situation.purpose === 'EMERGENCY' && !situation.reasonGiven) return 'ACCESS_REASON_REQUIRED';
  const referred = referredBy(child, situation);
  return referred === undefined || takesPart(situation, referred.region) ? 'ANSWERED' : 'ACCESS_REFERENCE_REFUSED';
}

interface Outcome extends Answered {
  /** The code of an answer that is only an error. */
  readonly code: string;
  /** Whether a reference was accepted. */
  readonly granted: boolean;
  /** Faults of the whole answer. */
  readonly faults: readonly string[];
}

interface ErrorInAnswer {
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly coordinate?: string; readonly dataClass?: string };
}

async function ask(
  { post, identityProvider }: TestSystem,
  operation: Operation,
  child: ChildAskedAbout,
  situation: Situation,
  reference: Reference | null,
): Promise<Outcome> {
  const { query } = operation;
  const { status, text, body } = await post(
    JSON.stringify({ query, variables: variablesOf(operation, child, situation) }),
    headersIn(identityProvider, situation, reference),
  );
  const errors: readonly ErrorInAnswer[] = body?.errors ?? [];
  const access = body?.extensions?.access;
  if (status !== 200 || access === undefined) {
    const code = errors[0]?.extensions.code ?? `${status}`;
    return { code, granted: false, faults: [], data: null, denied: [], masked: [], text };
  }
  const denied = errors.map(deniedBy);
  const listed = new Set(access.denied.map(({ coordinate }: Denied) => coordinate));
  return {
    code: 'ANSWERED',
    granted: access.reference !== null,
    faults: [
      ...errors.filter((error) => !isRefusal(error)).map((error) => `there is an error ${JSON.stringify(error)}`),
      ...denied.filter((one) => !listed.has(one.coordinate)).map((one) => `${one.coordinate} is in errors alone`),
      ...(access.unavailable.length > 0 ? [`unavailable are ${JSON.stringify(access.unavailable)}`] : []),
    ],
    data: body.data,
    denied,
    masked: access.masked,
    text,
  };
}

function isRefusal({ path = [], extensions }: ErrorInAnswer): boolean {
  return extensions.code === 'UNAUTHORIZED_FIELD_OR_TYPE' && path.length > 0;
}

function deniedBy({ path = [], extensions: { coordinate = '', dataClass = '' } }: ErrorInAnswer): Denied {
  return { coordinate, dataClass, path: path.map(String) };
}
