import type { Pool } from 'undici';
import type { CertificateSource, Certificates } from '../../shared/mtls/certificates';
import { certificateOf } from '../../shared/protocol/context-token';

/** Connections to one agency. */
export interface ConnectionPools {
  /**
   * @param authorization `Bearer <signed context>`, which selects the connections with the certificate that it is bound
   *   to.
   */
  forContext(authorization: string | undefined): Pool;
  close(): Promise<void>;
}

/** A context is valid for a minute, so connections with the previous certificate stay open for as long. */
const OVERLAP_MILLISECONDS = 60_000;

/**
 * Opens new connections when the certificate is replaced; contexts bound to the previous certificate still use its
 * connections.
 */
export function connectionPools(
  certificates: CertificateSource,
  poolWith: (certificates: Certificates) => Pool,
): ConnectionPools {
  const open = (material: Certificates) => ({ thumbprint: material.thumbprint, pool: poolWith(material) });
  let newest = open(certificates.current);
  const before = new Map<typeof newest, NodeJS.Timeout>();
  let closed = false;
  certificates.onChange((next) => {
    if (closed) return;
    const replaced = newest;
    newest = open(next);
    const closeReplaced = () => {
      before.delete(replaced);
      void replaced.pool.close();
    };
    before.set(replaced, setTimeout(closeReplaced, OVERLAP_MILLISECONDS).unref());
  });
  return {
    forContext(authorization) {
      if (before.size === 0 || authorization === undefined) return newest.pool;
      const bound = certificateOf(authorization);
      return [newest, ...before.keys()].find(({ thumbprint }) => thumbprint === bound)?.pool ?? newest.pool;
    },
    async close() {
      closed = true;
      for (const timer of before.values()) clearTimeout(timer);
      await Promise.all([newest, ...before.keys()].map(({ pool }) => pool.close()));
    },
  };
}
