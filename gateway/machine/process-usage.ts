/** What this process has used, for the metrics. */
import { cpuUsage, memoryUsage } from 'node:process';

export interface ProcessUsage {
  /** User and system. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

export function processUsage(): ProcessUsage {
  const { user, system } = cpuUsage(); // in microseconds
  const { rss, heapUsed } = memoryUsage();
  return { cpuSeconds: (user + system) / 1e6, residentBytes: rss, heapBytes: heapUsed };
}
