import { Session } from 'node:inspector/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROJECT } from '../../../shared/config/project-root';

/**
 * Preloaded into a measured process: counts calls after the message `watch`, and replies to `files` with the files of
 * gateway/ and shared/ of which a function was called since (V8's precise coverage).
 */
const DIST = join(PROJECT, 'dist');
const session = new Session();
session.connect();

process.on('message', (question) => {
  if (question === 'watch') void watch();
  if (question === 'files') void files();
});
process.channel?.unref();

async function watch(): Promise<void> {
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  process.send?.('watching');
}

async function files(): Promise<void> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const called = result
    .filter(({ functions }) => functions.some(({ ranges: [whole] }) => whole !== undefined && isCall(whole)))
    .map(({ url }) => relative(DIST, url.startsWith('file:') ? fileURLToPath(url) : url))
    .filter((file) => /^(?:gateway|shared)\/.*\.js$/.test(file));
  process.send?.([...new Set(called)].sort());
}

/** The function at the start of the file is the module itself. */
const isCall = ({ startOffset, count }: { readonly startOffset: number; readonly count: number }): boolean =>
  startOffset > 0 && count > 0;
