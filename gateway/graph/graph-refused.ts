/** Why a graph is refused; docs/operations/hot-reload.md says what to do about each reason. */
export type GraphRefusalReason =
  | 'RULES_REFUSED'
  | 'NOT_A_PAIR'
  | 'SUPERGRAPH_REFUSED'
  | 'AGENCY_WITHOUT_ADDRESS'
  | 'CLASS_UNKNOWN';

/** The message is for operators and may name types, fields, rules and agencies. */
export class GraphRefused extends Error {
  readonly reason: GraphRefusalReason;

  constructor(reason: GraphRefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
