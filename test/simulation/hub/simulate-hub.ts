/** One seed with a hub between gateways and city OS (hub-site.ts): the hours of faults, then everything is healed, drains and is audited. */
import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { problemsOf } from '../../../gateway/status/problems.ts';
import { checkBounds } from '../bounds.ts';
import type { Box } from '../box.ts';
import type { Sky } from '../devices.ts';
import { type FaultName, strikeOften } from '../faults.ts';
import { nameOf } from '../session-watch.ts';
import { startDevices } from '../site.ts';
import type { World } from '../world.ts';
import { readArchive } from './archive-audit.ts';
import { drawHubScenario, type HubScenario } from './hub-scenario.ts';
import { accountsOf, buildHubSite, type HubSite } from './hub-site.ts';
import type { ToldOrder } from './order-watch.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** With everything healed all must be drained, and the hub well, within this. */
const maxDrainMs = 12 * 60 * MINUTE;
const quietStartMs = MINUTE;
/** What the hub may say although all is well: the city OS has refused readings, which wait for somebody to decide. */
const MAY_SAY = ['status.refused', 'status.refused-others'];

export interface HubRun {
  readonly site: HubSite;
  readonly struck: ReadonlyMap<FaultName, number>;
}

/** Resolves when all is over; what was broken is among the world's violations. `clear` the site in any case. */
export async function simulateHub(
  world: World,
  { hours }: { readonly hours?: number | undefined },
  begun: (site: HubSite) => void,
): Promise<HubRun> {
  const { clock, violations } = world;
  const skies: Sky[] = [];
  const skyOf = (i: number): Sky => {
    const mayErr = () => site.gateways[i]?.box.hearing.synchronised ?? false;
    skies[i] = { isOpen: true, daysOff: [], mayErr };
    return skies[i];
  };
  const scenario = drawHubScenario(world.random, clock, { hours, skyOf });
  const site = buildHubSite(world, scenario, skies);
  begun(site);
  const struck = await live(site, scenario);
  await drain(site, scenario);
  if (violations.found.length === 0) await audit(site, scenario);
  return { site, struck };
}

async function live(site: HubSite, scenario: HubScenario): Promise<Map<FaultName, number>> {
  const { world, gateways, hub } = site;
  const { clock, violations } = world;
  const struck = new Map<FaultName, number>();
  const healing = new AbortController();
  setMaxListeners(0, healing.signal, ...gateways.map(({ senders }) => senders.signal));
  for (const { box } of [hub, ...gateways]) box.start();
  await clock.advance(quietStartMs);
  for (const gateway of gateways) startDevices(gateway, gateway.scenario);
  await clock.advance(quietStartMs);
  const { weights, faultEveryMs: everyMs } = scenario;
  const faults = Promise.all([
    strikeOften(hub, { weights, everyMs, struck, who: 'the hub' }, healing.signal),
    ...gateways.map((gateway) => {
      const { weights, faultEveryMs: everyMs } = gateway.scenario;
      return strikeOften(gateway, { weights, everyMs, struck, who: gateway.account.name }, healing.signal);
    }),
  ]);
  const { orderEveryMs, attackEveryMs } = scenario;
  const ordering = [site.desk.run(orderEveryMs, healing.signal), site.attacker.run(attackEveryMs, healing.signal)];
  await inspected(site, scenario, scenario.hours * 60 * MINUTE);
  healing.abort();
  await Promise.all(ordering);
  let isHealed = false;
  const healed = faults.then(() => {
    isHealed = true;
  });
  await inspected(site, scenario, 5 * MINUTE);
  if (isHealed) await healed;
  else if (violations.found.length === 0) violations.add('sound', 'a fault does not come to its end');
  world.history.note('healed');
  for (const { box } of [hub, ...gateways]) if (!box.clockIsRight) box.setClock(0);
  return struck;
}

/** Lets time pass, and looks at everything every minute. */
async function inspected(site: HubSite, scenario: HubScenario, ms: number): Promise<void> {
  const { world, gateways, hub, rivals, orders } = site;
  const { clock, violations } = world;
  const until = clock.moment().monotonic + ms;
  while (clock.moment().monotonic < until && violations.found.length === 0) {
    await clock.advance(MINUTE);
    rivals.look();
    orders.look(toldBy(hub.box));
    checkBounds(hub.box, scenario.config, violations);
    for (const { box, silence, scenario } of gateways) {
      void box.noteTime();
      silence.look();
      checkBounds(box, scenario.config, violations);
    }
  }
}

/** The devices fall silent, what is left is sent, and the hub is well again. */
async function drain(site: HubSite, scenario: HubScenario): Promise<void> {
  const { world, gateways, hub } = site;
  const { clock, violations } = world;
  await inspected(site, scenario, 10 * MINUTE);
  for (const { senders } of gateways) senders.abort();
  await Promise.all([...gateways.flatMap(({ sending }) => sending), clock.advance(MINUTE)]);
  const boxes = [hub, ...gateways].map(({ box }) => box);
  const isDrained = () => boxes.every(({ gateway }) => gateway !== undefined && isEmpty(gateway.buffer.stats()));
  const problems = () => {
    const found = hub.box.gateway === undefined ? [] : problemsOf(hub.box.gateway.sources);
    return found.filter(({ code }) => !MAY_SAY.includes(code)).map(({ en }) => en);
  };
  const until = clock.moment().monotonic + maxDrainMs;
  const isOver = () => isDrained() && problems().length === 0 && waitingAt(hub.box) === 0;
  while (!isOver() && clock.moment().monotonic < until && violations.found.length === 0) {
    await inspected(site, scenario, MINUTE);
  }
  if (violations.found.length > 0 || isOver()) return;
  const waiting = boxes.map(({ gateway }) => JSON.stringify(gateway?.buffer.stats().outboxes));
  const orders = [...(hub.box.gateway?.sources.hub.orders?.book.allWaiting() ?? [])].map(
    ({ tenant, gateway, action, result }) => `${action} to ${tenant}/${gateway} (${result?.reason})`,
  );
  violations.add(
    'drained',
    `still there: ${orders.length} orders without an end, ${orders.slice(0, 5)}; ${waiting}; the hub says: ${problems()}`,
  );
}

function waitingAt({ gateway }: Box): number {
  return gateway?.sources.hub.orders?.book.waiting ?? 0;
}

function isEmpty({ open, held, outboxes }: ReturnType<HubBuffer['stats']>): boolean {
  const waits = Object.values(outboxes).some(({ waiting, gaps }) => waiting.routine + waiting.urgent + gaps > 0);
  return open === 0 && held === 0 && !waits;
}
type HubBuffer = NonNullable<HubSite['hub']['box']['gateway']>['buffer'];

/** What the hub says of all its orders. */
function* toldBy({ gateway }: Box): Generator<readonly [id: string, told: ToldOrder]> {
  for (const { id, message, result } of gateway?.sources.hub.orders?.book.all() ?? []) {
    const reason = result?.text && result.reason;
    yield [id, { isWaiting: message !== undefined, outcome: result?.outcome, reason }];
  }
}

function auditOrders({ hub, gateways, orders }: HubSite, { isTight }: HubScenario): void {
  orders.look(toldBy(hub.box));
  const known = new Set([...toldBy(hub.box)].map(([id]) => id));
  const boxes = new Map(gateways.map(({ origin, box }) => [nameOf(origin), box]));
  orders.audit(boxes, (id) => known.has(id), isTight);
}

async function audit(site: HubSite, scenario: HubScenario): Promise<void> {
  const { world, gateways, hub, own, feed } = site;
  const { clock, violations, history } = world;
  const { gateway: hubId } = scenario.config;
  const hubOutboxes = hub.box.gateway?.buffer.stats().outboxes ?? {};
  const sealedAt = gateways.map(({ box }) => box.gateway?.buffer.stats().outboxes.hub);
  auditOrders(site, scenario);
  feed.auditKnown(hub.box.gateway?.buffer.sources() ?? []);
  await Promise.all([hub.box.stop(), clock.advance(MINUTE)]);
  const accountOf = accountsOf(site, hubId, 'account');
  feed.audit(accountOf);
  const file = join(hub.box.folder, 'archive.sqlite');
  const archivedOf = scenario.hasArchive && existsSync(file) ? accountsOf(site, hubId, 'archived') : undefined;
  if (archivedOf !== undefined) {
    readArchive(file, archivedOf, world);
    feed.audit(archivedOf);
  }
  for (const [i, { origin, box }] of gateways.entries()) {
    const { epoch = '', sealed = 0 } = sealedAt[i] ?? {};
    history.note(`${origin.tenant}/${origin.gateway}: ${sealed} sealed`);
    for (const account of [accountOf(origin), archivedOf?.(origin)]) account?.audit(epoch, sealed, box.abandoned);
  }
  const { epoch = '', sealed = 0, refused = 0 } = hubOutboxes.city ?? {};
  own.account.audit(epoch, sealed);
  history.note(`the hub: ${sealed} sealed, ${refused} refused`);
  const refusals = [own, ...gateways].reduce((sum, { account }) => sum + account.counts.refused, 0);
  // What has gone to a gap may be set aside too: a reading larger than the broker takes.
  if (gateways.some(({ account, observations }) => account.gapCount > 0 || observations.isDisturbed)) return;
  const mayDrop = scenario.isTight || gateways.some(({ scenario }) => scenario.hasStranger);
  if (mayDrop ? refused > refusals : refused !== refusals) {
    violations.add('lost', `the city refused ${refusals} readings, the hub set ${refused} aside`);
  }
}
