/** Preloaded into a measured process: tells what memory it holds, after garbage is collected, whenever it is asked. */
process.on('message', (question) => {
  if (question !== 'memory') return;
  gc?.();
  process.send?.(process.memoryUsage());
});
process.channel?.unref();
