/* The panel beside an answer: `extensions.access`, and errors. */
const { createElement: h } = React;

const TITLES = {
  masked: 'Masked 掩码',
  denied: 'Denied 不予提供',
  wouldDeny: 'Would be denied 将不予提供',
  unavailable: 'Unavailable 暂不可用',
  errors: 'Errors 错误',
};
/** Errors that the other sections already show. */
const TOLD = new Set(['UNAUTHORIZED_FIELD_OR_TYPE', 'AGENCY_UNAVAILABLE']);

/**
 * @param asked the last request and its answer: {label, milliseconds, status, body}; undefined before the first
 * @param purposeLabel returns the label of a purpose
 * @param askFor repeats the query for another purpose
 */
export function Answers({ asked, purposeLabel, askFor }) {
  if (asked === undefined) {
    return h('aside', { className: 'answers' }, [
      h('h1', { key: 'title' }, 'Answers'),
      h(
        'p',
        { key: 'text', className: 'about' },
        'Masked, denied and unavailable fields are listed here after a query.',
      ),
    ]);
  }
  const { label, milliseconds, status, body } = asked;
  const { access } = body.extensions ?? {};
  const errors = (body.errors ?? []).filter(({ extensions }) => !TOLD.has(extensions?.code));
  const denied = (one) => deniedItem(one, purposeLabel, askFor);
  return h(
    'aside',
    { className: 'answers', 'aria-live': 'polite' },
    h('h1', null, 'Answers'),
    h('p', { className: 'about' }, `${label} · HTTP ${status} · ${milliseconds} ms`),
    errors.length > 0 && h(Section, { kind: 'unavailable', title: TITLES.errors, items: errors.map(errorItem) }),
    access && h(Section, { kind: 'masked', title: TITLES.masked, items: access.masked.map(maskedItem) }),
    access && h(Section, { kind: 'denied', title: TITLES.denied, items: access.denied.map(denied) }),
    access?.wouldDeny && h(Section, { kind: 'denied', title: TITLES.wouldDeny, items: access.wouldDeny.map(denied) }),
    access && h(Section, { kind: 'unavailable', title: TITLES.unavailable, items: access.unavailable.map(agencyItem) }),
    access &&
      h(
        'p',
        { className: 'about' },
        'A null or [] that is not listed here has no data, or is hidden from this caller.',
      ),
  );
}

function Section({ kind, title, items }) {
  const none = items.length === 0;
  return h(
    'section',
    { className: `${kind}${none ? ' none' : ''}` },
    h('h2', null, h('span', null, title), h('span', null, items.length)),
    !none && h('ul', null, items),
  );
}

function deniedItem({ coordinate, dataClass, purposes }, purposeLabel, askFor) {
  const opening = purposes.map((purpose) =>
    h(
      'button',
      {
        key: purpose,
        type: 'button',
        className: 'opens',
        title: 'Repeat the query for this purpose',
        onClick: () => askFor(purpose),
      },
      purposeLabel(purpose),
    ),
  );
  const why = purposes.length > 0 ? 'opens for' : 'no other purpose alone opens it to this caller';
  return h('li', { key: coordinate }, h('code', null, coordinate), h('small', null, `${dataClass}; ${why}`), opening);
}

const maskedItem = (coordinate) => h('li', { key: coordinate }, h('code', null, coordinate));

const agencyItem = ({ agency, reason }) =>
  h('li', { key: agency }, h('code', null, agency), h('small', null, `${reason}: its part is missing, not empty`));

const errorItem = ({ message, extensions }, index) =>
  h('li', { key: index }, h('code', null, extensions?.code ?? 'ERROR'), h('small', null, message));
