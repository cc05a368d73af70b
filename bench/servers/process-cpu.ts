/** Microseconds that this process has spent on a core, all threads together. */
export function processCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
