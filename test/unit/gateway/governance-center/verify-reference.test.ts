import type { FastifyRequest } from 'fastify';
import type { ConfirmedGrant } from '../../../../gateway/governance-center/grants';
import { verifyReference } from '../../../../gateway/governance-center/verify-reference';
import type { StatedPurpose } from '../../../../gateway/request/stated-purpose';
import { COVERS_NOTHING } from '../../../../shared/access/grant';
import type { AccessContext } from '../../../../shared/protocol/context-token';
import { demoCaller } from '../../../support/identity-provider';

const CALLER = demoCaller('town-case-worker');
const OF_A_CASE: StatedPurpose = {
  purpose: 'CASE_HANDLING',
  reference: { kind: 'case', id: '5f0c2d1e-8a4b-4c6d-9e7f-0a1b2c3d4e5f' },
  reasonGiven: false,
  reason: null,
};
const EMERGENCY: StatedPurpose = {
  purpose: 'EMERGENCY',
  reference: null,
  reasonGiven: true,
  reason: 'A child is lost.',
};

const confirmed = (): ConfirmedGrant => ({
  grant: { ...COVERS_NOTHING, kind: 'case', children: ['a'] },
  confirmedBy: 'town-director',
});

/** The contexts of requests, whose grants are these in turn. */
async function contextsOf(
  stated: readonly StatedPurpose[],
  grants: readonly ConfirmedGrant[] = [],
): Promise<readonly AccessContext[]> {
  const left = [...grants];
  const stage = verifyReference(async () => left.shift() ?? null);
  const contexts: AccessContext[] = [];
  for (const one of stated) {
    const request = { caller: CALLER, stated: one } as unknown as FastifyRequest;
    await (stage as (request: FastifyRequest) => Promise<void>)(request);
    contexts.push(request.access as AccessContext);
  }
  return contexts;
}

test('requests under one confirmed grant share a context', async () => {
  const grant = confirmed();
  const [first, second] = await contextsOf([OF_A_CASE, OF_A_CASE], [grant, grant]);
  expect(second).toBe(first);
  expect(first).toEqual({
    caller: CALLER,
    purpose: 'CASE_HANDLING',
    reference: OF_A_CASE.reference,
    reasonGiven: false,
    grant: grant.grant,
  });
});

test('a grant that was asked for again has a context of its own', async () => {
  const [first, second] = await contextsOf([OF_A_CASE, OF_A_CASE], [confirmed(), confirmed()]);
  expect(second).not.toBe(first);
});

test('a context tells whether a reason was given, but not the reason', async () => {
  const without: StatedPurpose = { ...EMERGENCY, reasonGiven: false, reason: null };
  const [given, missing, again] = await contextsOf([EMERGENCY, without, { ...EMERGENCY, reason: 'Another one.' }]);
  expect(given).toEqual({ caller: CALLER, purpose: 'EMERGENCY', reference: null, reasonGiven: true, grant: null });
  expect(missing).toMatchObject({ reasonGiven: false });
  expect(again).toBe(given);
});
