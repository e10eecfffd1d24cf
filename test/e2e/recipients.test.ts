import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { Environment } from '../../shared/config/environment';
import { type Agency, agencyNamed } from '../../shared/domain/agencies';
import { readPractices } from '../../subgraphs/governance-center/procedures/practices';
import { type CaseWork, startCaseWork } from '../support/case-work';
import { type AskOptions, as } from '../support/system';

// Which agencies receive a report, and who of them learns who reported (未成年人保护法 art. 11).

const TOWN = '990101001';
const REPORTER = '李老师';
const FACTS = '需核实';
const APPEND_ONLY = '23001';

const practice = readPractices(new Environment({})).for(TOWN, new Date());
const SITUATIONS = Object.entries(practice.recipients).map(([situation, recipients]) => ({
  situation,
  recipients: recipients.map(agencyNamed),
}));
const OFFICERS = DEMO_CALLERS.filter(
  ({ roles, region }) => roles.includes('agency-officer') && region === TOWN.slice(0, 6),
);

let work: CaseWork;
beforeAll(async () => {
  work = await startCaseWork('recipients');
});
afterAll(() => work.close());

const town = as('town-case-worker', 'RISK_ASSESSMENT');
const taking = (name: string) => as(name, 'MANDATORY_REPORT');
const referring = (name: string, clue: string): AskOptions => ({ ...taking(name), reference: `clue/${clue}` });
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;

async function report(situation: string): Promise<string> {
  const input = { channel: '学校报告', situation, facts: FACTS, region: TOWN, reporter: REPORTER };
  const { receiptNumber } = await work.done('reportClue', input, {
    ...taking('child-director'),
    select: 'receiptNumber',
  });
  return (await work.owner('base.clue').where({ receipt_number: receiptNumber }).first()).clue_id;
}

/**
 * Agencies whose officers find the clue, by itself and in the register, those that read it with the reference, and those
 * that learn who reported.
 */
async function whoReceives(clue: string) {
  const found: Agency[] = [];
  const listed: Agency[] = [];
  const reading: Agency[] = [];
  const knowing: Agency[] = [];
  for (const { sub, agency } of OFFICERS) {
    const { data } = await ask(`{ clue(id: "${clue}") { id facts reporter } clues { nodes { id } } }`, taking(sub));
    if (data.clue !== null) found.push(agency);
    if (data.clues.nodes.some(({ id }: { id: string }) => id === clue)) listed.push(agency);
    expect([sub, data.clue?.facts ?? null, data.clue?.reporter ?? null]).toEqual([sub, null, null]);
    const referred = await ask(`{ clue(id: "${clue}") { facts reporter } }`, referring(sub, clue));
    if (referred.data?.clue.facts === FACTS) reading.push(agency);
    if (referred.data?.clue.reporter === REPORTER) knowing.push(agency);
  }
  const [inRegister, ...others] = [found, listed, reading].map((agencies) => new Set(agencies));
  for (const other of others) expect(other).toEqual(inRegister);
  return { receiving: inRegister, knowing: new Set(knowing) };
}

test.each(SITUATIONS)('(f) $situation goes to $recipients, and the first alone learns who reported', async (one) => {
  const clue = await report(one.situation);
  const all = new Set(one.recipients);
  expect(await whoReceives(clue)).toEqual({ receiving: all, knowing: new Set(one.recipients.slice(0, 1)) });
  const { data } = await ask(`{ clue(id: "${clue}") { recipients leadRecipient reporter } }`, town);
  const named = practice.recipients[one.situation];
  expect(data.clue).toEqual({ recipients: named, leadRecipient: named?.[0], reporter: null });
});

test('no recipient has its clues under another purpose', async () => {
  const clue = await report('疑似侵害');
  // The centre keeps the clues: its own officers read the register.
  for (const { sub } of OFFICERS.filter(({ agency }) => agency !== 'governance-center')) {
    const { data } = await ask(`{ clue(id: "${clue}") { id } clues { nodes { id } } }`, as(sub, 'OWN_DUTY'));
    expect([sub, data]).toEqual([sub, { clue: null, clues: { nodes: [] } }]);
  }
});

test('a case worker adds a recipient, who reads the clue from then on and does not learn who reported', async () => {
  const clue = await report('监护缺失');
  const add = { clue, agency: 'WOMENS_FEDERATION' };
  expect((await work.refused('addRecipient', add, taking('civil-affairs-officer'))).code).toBe(
    'UNAUTHORIZED_FIELD_OR_TYPE',
  );
  const added = await work.done('addRecipient', add, { ...town, select: 'recipients leadRecipient' });
  expect(added).toEqual({ recipients: ['CIVIL_AFFAIRS', 'WOMENS_FEDERATION'], leadRecipient: 'CIVIL_AFFAIRS' });
  const all = new Set(['civil-affairs', 'womens-federation']);
  expect(await whoReceives(clue)).toEqual({ receiving: all, knowing: new Set(['civil-affairs']) });

  expect((await work.refused('addRecipient', add, town)).code).toBe('ALREADY_SETTLED');
  const centre = await work.refused('addRecipient', { clue, agency: 'GOVERNANCE_CENTER' }, town);
  expect(centre).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { argument: 'input.agency' } });
});

test.each([
  ['taken away', ['civil-affairs']],
  ['put before the lead', ['womens-federation', 'civil-affairs']],
])('no recipient is %s, whoever tries', async (_, recipients) => {
  const clue_id = await report('监护缺失');
  await work.done('addRecipient', { clue: clue_id, agency: 'WOMENS_FEDERATION' }, town);
  const tried = work.owner('base.clue').where({ clue_id }).update({ recipients });
  await expect(tried).rejects.toMatchObject({ code: APPEND_ONLY });
});

test('the lead gives the feedback, and no other recipient', async () => {
  const clue = await report('严重欺凌');
  const feedback = { clue, feedback: '已联合处置' };
  expect((await work.refused('giveFeedback', feedback, taking('police-officer'))).code).toBe('RECORD_NOT_FOUND');
  const given = await work.done('giveFeedback', feedback, { ...taking('education-officer'), select: 'feedbackAt' });
  expect(given.feedbackAt).not.toBeNull();
});

test('the synthetic clues have the recipients of the practice', async () => {
  const clues = await work.owner('base.clue').whereLike('facts', '%反映，需核实').select('situation', 'recipients');
  expect(clues.length).toBeGreaterThan(4);
  for (const { situation, recipients } of clues) {
    expect({ situation, recipients }).toEqual(SITUATIONS.find((one) => one.situation === situation));
  }
});
