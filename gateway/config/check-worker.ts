/** What is wrong with a worker: a port `feed` that shares a broker's batches with others of its kind. It keeps nothing itself. */
import { type Fault, fault } from '../words/fault.ts';
import type { Config } from './settings.ts';
import { say } from './words.ts';

export function checkWorker({ ports, destinations }: Config): Fault[] {
  const isWorker = ports.map(({ portType, settings }) => portType.isWorker?.(settings) === true);
  if (!isWorker.includes(true)) return [];
  const faults = ports.flatMap(({ name }, i) =>
    isWorker[i] ? [] : [fault(['port', i], say.portBesideWorker({ port: name }), say.ownGateway())],
  );
  if (destinations.length === 0)
    faults.push(fault(['port', isWorker.indexOf(true)], say.workerWithoutArchive(), say.addPostgres()));
  for (const [i, { name, destinationType, settings }] of destinations.entries()) {
    if (destinationType.storesOnce?.(settings) === true) continue;
    faults.push(fault(['destination', i], say.notForWorkers({ destination: name }), say.onlyPostgres()));
  }
  return faults;
}
