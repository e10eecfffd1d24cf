/** Why a supergraph and its rules are not served; docs/operations/hot-reload.md says what to do about each. */
export type GraphRefusalReason =
  | 'RULES_REFUSED'
  | 'NOT_A_PAIR'
  | 'SUPERGRAPH_REFUSED'
  | 'AGENCY_WITHOUT_ADDRESS'
  | 'CLASS_UNKNOWN';

/** The message is for operators: it can name types, fields, rules and agencies. */
export class GraphRefused extends Error {
  readonly reason: GraphRefusalReason;

  constructor(reason: GraphRefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
