import { getIntrospectionQuery } from 'graphql';
import { DEMO_CALLERS } from '../../../gateway/embedded/demo-callers';
import { demoToken } from '../../../gateway/embedded/identity-provider';

export interface GatewayAnswer {
  readonly status: number;
  readonly body: string;
}

/** Request headers that a gateway reads. */
const HEADERS = ['authorization', 'content-type', 'access-purpose', 'access-reference', 'access-reason'];

/** Forwards a request to the gateway unchanged; the gateway checks and records it like any other client's. */
export async function askGateway(
  url: string,
  given: Readonly<Record<string, unknown>>,
  body: string,
): Promise<GatewayAnswer> {
  const headers = HEADERS.flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  try {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 502, body: '{"errors":[{"message":"The gateway does not answer."}]}' };
  }
}

/** A demo caller's token; undefined for an unknown name. */
export async function tokenOf(name: unknown, dataDirectory: string): Promise<string | undefined> {
  const caller = DEMO_CALLERS.find(({ sub }) => sub === name);
  return caller && demoToken(dataDirectory, caller, false);
}

/** The gateway's schema, as shown to a developer. */
export async function introspect(url: string, dataDirectory: string): Promise<GatewayAnswer> {
  const developer = DEMO_CALLERS.find(({ roles }) => roles.includes('developer'));
  const headers = {
    authorization: `Bearer ${await tokenOf(developer?.sub, dataDirectory)}`,
    'content-type': 'application/json',
    'access-purpose': 'OWN_DUTY',
  };
  return askGateway(url, headers, JSON.stringify({ query: getIntrospectionQuery() }));
}
