/* GraphiQL with the headers of this graph's requests: caller, purpose, reference and reason. */
import { Answers } from './answers.mjs';

const { createElement: h, useCallback, useEffect, useRef, useState } = React;

const LOOK_MILLISECONDS = 1_000;
const KEPT = 'unified-child-record:request';

const json = async (path) => (await fetch(path)).json();
const post = (path, headers, body) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const tokens = new Map();

async function tokenOf(caller) {
  if (!tokens.has(caller)) tokens.set(caller, (await (await post('/token', {}, { caller })).json()).token);
  return tokens.get(caller);
}

/** @returns {label, milliseconds, status, body} */
async function ask({ caller, purpose, reference, reason }, operation) {
  const headers = { authorization: `Bearer ${await tokenOf(caller)}`, 'access-purpose': purpose };
  if (reference !== '') headers['access-reference'] = reference;
  if (purpose === 'EMERGENCY') headers['access-reason'] = encodeURIComponent(reason);
  const began = performance.now();
  const response = await post('/graphql', headers, operation);
  const { data, errors, extensions } = await response.json();
  // Data comes first in the shown answer.
  const body = { data, errors, extensions };
  // The token may belong to another system, after a restart with other data.
  if (response.status === 401) tokens.delete(caller);
  const label = [caller, purpose, reference].filter(Boolean).join(' · ');
  return { label, milliseconds: Math.round(performance.now() - began), status: response.status, body };
}

function remembered({ callers, purposes, references }) {
  const first = { caller: 'town-case-worker', purpose: 'RISK_ASSESSMENT', reference: references[0], reason: '' };
  try {
    const kept = { ...first, ...JSON.parse(localStorage.getItem(KEPT) ?? '{}') };
    const known = callers.some(({ sub }) => sub === kept.caller) && purposes.some(({ name }) => name === kept.purpose);
    return known ? kept : first;
  } catch {
    return first;
  }
}

function Page({ choices }) {
  const [request, setRequest] = useState(() => remembered(choices));
  const [asked, setAsked] = useState();
  const [response, setResponse] = useState();
  const [schema, setSchema] = useState(null);
  const [status, setStatus] = useState({ agency: '', state: 'STARTING' });
  // The first tab's variables must be passed separately, without overwriting GraphiQL's stored tabs.
  const [variables] = useState(() =>
    localStorage.getItem('graphiql:tabState') === null ? choices.examples[0]?.variables : undefined,
  );
  const latest = useRef(request);
  const lastQuery = useRef();
  const turn = useRef(0);
  latest.current = request;

  const fetcher = useCallback(async (operation) => {
    setResponse(undefined);
    turn.current += 1;
    lastQuery.current = /\bmutation\b/.test(operation.query) ? undefined : operation;
    const answer = await ask(latest.current, operation);
    setAsked(answer);
    return answer.body;
  }, []);

  const change = (part) => {
    const next = { ...request, ...part };
    if (part.purpose !== undefined) next.reference = fitting(next, choices);
    setRequest(next);
    localStorage.setItem(KEPT, JSON.stringify(next));
    // Repeats the last query, which is not a mutation, for the new caller or purpose.
    if (lastQuery.current === undefined || part.reason !== undefined || part.reference !== undefined) return;
    setResponse(undefined);
    turn.current += 1;
    const mine = turn.current;
    ask(next, lastQuery.current).then((answer) => {
      if (mine !== turn.current) return;
      setAsked(answer);
      setResponse(JSON.stringify(answer.body, null, 2));
    });
  };

  useEffect(() => {
    const look = () =>
      json('/status').then(setStatus, () =>
        setStatus((known) => ({ ...known, state: 'DOWN', words: '`npm run dev` does not answer.' })),
      );
    look();
    const timer = setInterval(look, LOOK_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  const graph = status.graph?.graph?.id;
  useEffect(() => {
    if (graph === undefined) return;
    json('/schema').then(({ data }) => data && setSchema(data));
  }, [graph]);

  return h(
    'div',
    { className: 'frame' },
    h(RequestBar, { choices, request, change, status }),
    status.words && h('pre', { className: 'trouble' }, `${status.agency} does not answer:\n${status.words}`),
    status.faults?.length > 0 &&
      h(
        'pre',
        { className: 'trouble' },
        `The agencies do not compose, and keep running unchanged:\n${status.faults.join('\n')}`,
      ),
    h(
      'div',
      { className: 'editor' },
      h(GraphiQL, {
        fetcher,
        schema,
        response,
        variables,
        defaultTabs: choices.examples.map(({ query, variables }) => ({ query, variables })),
        defaultEditorToolsVisibility: 'variables',
        isHeadersEditorEnabled: false,
        showPersistHeadersSettings: false,
        forcedTheme: 'light',
      }),
    ),
    h(Answers, {
      asked,
      purposeLabel: (name) => choices.purposes.find((purpose) => purpose.name === name)?.label ?? name,
      askFor: (purpose) => change({ purpose }),
    }),
  );
}

/** The current reference if its kind fits the purpose, otherwise a known one if the purpose needs one. */
function fitting({ purpose, reference }, { purposes, references }) {
  const { kinds, required } = purposes.find(({ name }) => name === purpose) ?? { kinds: [], required: false };
  const fits = (one) => kinds.some((kind) => one.startsWith(`${kind}/`));
  if (fits(reference)) return reference;
  return required ? (references.find(fits) ?? '') : '';
}

function RequestBar({ choices, request, change, status }) {
  const kinds = choices.purposes.find(({ name }) => name === request.purpose)?.kinds ?? [];
  const field = (label, input) => h('label', null, label, input);
  const select = (name, options) =>
    h('select', { name, value: request[name], onChange: (event) => change({ [name]: event.target.value }) }, options);
  const text = (name, others) =>
    h('input', { name, value: request[name], onChange: (event) => change({ [name]: event.target.value }), ...others });
  return h(
    'header',
    { className: 'request' },
    field(
      'Caller 调用人',
      select(
        'caller',
        choices.callers.map(({ sub, label, details }) => h('option', { key: sub, value: sub, title: details }, label)),
      ),
    ),
    field(
      'Purpose 访问目的',
      select(
        'purpose',
        choices.purposes.map(({ name, label }) => h('option', { key: name, value: name }, label)),
      ),
    ),
    field(
      'Reference 依据',
      text('reference', {
        list: 'references',
        disabled: kinds.length === 0,
        placeholder: kinds.length === 0 ? 'not for this purpose' : kinds.map((kind) => `${kind}/<id>`).join(' or '),
      }),
    ),
    h(
      'datalist',
      { id: 'references' },
      choices.references.map((value) => h('option', { key: value, value })),
    ),
    request.purpose === 'EMERGENCY' &&
      field('Reason 事由', text('reason', { placeholder: '10 to 500 characters', maxLength: 500 })),
    h('div', { className: `agency ${status.state}` }, `${status.agency} ${STATES[status.state] ?? ''}`),
  );
}

const STATES = { READY: 'runs from source', STARTING: 'is starting', DOWN: 'does not answer' };

json('/choices').then((choices) => {
  ReactDOM.createRoot(document.getElementById('page')).render(h(Page, { choices }));
});
