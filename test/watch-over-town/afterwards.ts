/**
 * What has to be gone, and by what: at a gateway out of the hub's reach an order to erase and the end of retention; a damaged file that was
 * set aside; in the hub's archive an order to erase; at an operator's own service a tag that was struck out.
 */
import { closeSync, copyFileSync, existsSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorId, TownTag } from '../../simulators/town/watch-over/tags.ts';
import { machimori } from '../end-to-end/machimori.ts';
import { type Desk, KEPT } from './desk.ts';
import type { Edge } from './edges.ts';
import type { Found } from './leaks.ts';
import type { Plant } from './plants.ts';
import { Remains } from './remains.ts';
import type { TownClock } from './town-clock.ts';
import type { TownHub } from './town-hub.ts';

/** How long the operators let sightings wait, unless that is forgotten. */
export const retentionMs = 3 * 3_600_000;
/** The rest of a minute in which retention looks, and the next. */
const lookMs = 120_000;
const stepMs = 60_000;
const pollMs = 100;
const maxWaitMs = 60_000;
/** Of an edge's file; the magic string of SQLite, which begins it. */
const BUFFER = join('data', 'buffer.sqlite');
const NO_MAGIC = Buffer.from('no SQLite');

/** Spoils the buffer of a gateway that does not run, which has something waiting. */
export function damage({ folder }: Edge, remains: Remains): void {
  remains.noteDatabases(folder);
  if (remains.counts.size === 0 || remains.batches === 0)
    throw new Error('nothing waits in the file that is to be damaged: take more tags, or another seed');
  const file = openSync(join(folder, BUFFER), 'r+');
  writeSync(file, NO_MAGIC, 0, NO_MAGIC.length, 0);
  closeSync(file);
}

/** Once the gateway runs again: its damaged file has been set aside. */
export function checkSetAside({ folder }: Edge, plant: Plant | undefined): void {
  const aside = join(folder, `${BUFFER}.damaged-1`);
  if (!existsSync(aside)) throw new Error('the damaged file was not set aside');
  if (plant === 'damaged copy left') renameSync(aside, join(folder, `${BUFFER}.broken`));
}

/** What waits at a gateway: in sealed batches, and not sealed yet. */
export function waitingAt({ folder }: Edge): Pick<Remains, 'batches' | 'counts'> {
  const waiting = new Remains();
  waiting.noteDatabases(folder);
  return waiting;
}

/** At a gateway that nobody hears: one operator's sightings are erased by order, the others' time comes to an end. */
export async function eraseAndExpire(edge: Edge, operator: OperatorId, remains: Remains, clock: TownClock) {
  remains.noteDatabases(edge.folder);
  const erased = await clock.passDuring(erase(edge.gateway, edge.folder, operator));
  const left = remains.in(`${edge.gateway}, after erasing`, edge.folder, operator);
  for (let passed = 0; passed < retentionMs + lookMs; passed += stepMs) await clock.advance(stepMs);
  return [...erased, ...left, ...remains.in(`${edge.gateway}, after retention`, edge.folder)];
}

/** In the archive of a hub that does not run. */
export async function eraseAtHub(hub: TownHub, operator: OperatorId, remains: Remains, plant: Plant | undefined) {
  const { folder } = hub.process;
  await remains.noteArchive(hub.archiveOf(operator));
  if (plant === 'archive copy left') copyFileSync(hub.archiveOf(operator), `${hub.archiveOf(operator)}.kept`);
  const erased = await erase('hub', folder, operator);
  return [...erased, ...remains.in('hub, after erasing', folder, operator)];
}

/** By the command, which looks for the operator's name itself. */
async function erase(name: string, folder: string, operator: OperatorId): Promise<readonly Found[]> {
  const { code, err } = await machimori(folder, 'privacy', 'erase', 'gateway.toml', '--operator', operator);
  return code === 0 ? [] : [{ what: `privacy erase ended with ${code}: ${err.trim()}`, where: name }];
}

/** A tag that the operator's service has sightings of is struck out. Ends its process. */
export async function strikeOut(desk: Desk, tag: TownTag, plant: Plant | undefined): Promise<readonly Found[]> {
  const known = await pollUntil(() => desk.filesWith(tag.name).length > 0);
  if (!known) throw new Error(`the desk knows nothing of ${tag.name}`);
  if (plant === 'struck out in part') desk.keepCopy();
  desk.strikeOut(tag);
  await pollUntil(() => desk.filesWith(tag.name).every(({ where }) => where.endsWith(KEPT)));
  await desk.process.end('SIGTERM');
  return desk.filesWith(tag.name);
}

async function pollUntil(isSo: () => boolean): Promise<boolean> {
  for (const endAt = Date.now() + maxWaitMs; Date.now() < endAt; await sleep(pollMs)) if (isSo()) return true;
  return false;
}
