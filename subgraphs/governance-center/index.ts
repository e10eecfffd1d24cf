import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';
import { readSettings } from './settings';
import { startDispatcher } from './webhooks/dispatcher';

/** 综治中心: the index of children, risk, protection assignments, clues, cases and meetings, and the work on them. */
export default defineSubgraph({
  agency: 'governance-center',
  folder: __dirname,
  loaders,
  resolvers,
  records,
  seed,
  showsLedger: true,
  settings: readSettings,
  background: ({ work, settings, clock, log }) =>
    startDispatcher({ db: work, endpoints: settings.endpoints, now: clock, log }),
});
