/** Preloaded into a measured process: reports its memory after garbage collection on request. */
process.on('message', (question) => {
  if (question !== 'memory') return;
  gc?.();
  process.send?.(process.memoryUsage());
});
process.channel?.unref();
