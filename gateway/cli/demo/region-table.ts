/** The live table of `demo --city`: verdict, a line for each gateway, the hub, and what is behind it. */
import type { NgsiV2Broker } from '../../../simulators/orion/ngsi-v2-broker.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import { countArchive } from '../../destinations/archive/sqlite/count.ts';
import type { Gateway } from '../../run.ts';
import { problemsOf } from '../../status/problems.ts';
import { cut } from '../../words/layout.ts';
import { table } from '../output.ts';
import type { Line, Terminal } from '../terminal.ts';
import { say } from '../words/simulate.ts';
import { say as sayStatus } from '../words/status.ts';

/** One municipality. */
export interface Site {
  readonly tenant: string;
  readonly gateway: Gateway;
  readonly fleet: Fleet;
}

/** What is behind the gateways. */
export interface Region {
  readonly sites: readonly Site[];
  readonly hub: Gateway;
  readonly archiveFile: string;
  readonly broker: NgsiV2Broker;
}

export function regionTable({ sites, hub, archiveFile, broker }: Region, terminal: Terminal): Line[] {
  const { language, screenColumns, rows = Number.POSITIVE_INFINITY } = terminal;
  const [problem] = problemsOf(hub.sources);
  const verdict: Line =
    problem === undefined
      ? { text: sayStatus.allIsWell()[language], colour: 'green' }
      : { text: `! ${problem[language]}`, colour: 'yellow' };
  const gateways = [
    [say.gatewayColumn(), say.sentColumn(), say.waitingColumn(), say.alarmsColumn()],
    ...sites.map(({ tenant, fleet, gateway }) => [
      `${tenant}/${gateway.sources.gateway}`,
      [...fleet.sentByDevice().values()].flatMap((kinds) => [...kinds.values()]).reduce((sum, n) => sum + n, 0),
      waitingAt(gateway, 'hub'),
      alarmsAt(gateway),
    ]),
  ];
  const behind = [
    [
      say.archiveRow(),
      linkOf(hub, 'archive'),
      say.archiveFacts({ stored: archived(archiveFile), waiting: waitingAt(hub, 'archive') }),
    ],
    [
      say.brokerRow(),
      linkOf(hub, 'broker'),
      say.brokerFacts({ entities: broker.entities('city', '/').length, waiting: waitingAt(hub, 'broker') }),
    ],
  ];
  const lines: Line[] = [
    { text: say.regionTitle()[language] },
    verdict,
    { text: '' },
    ...table(gateways, terminal).map((text, n) => {
      const site = sites[n - 1];
      return { text, colour: site !== undefined && alarmsAt(site.gateway) > 0 ? ('red' as const) : undefined };
    }),
    { text: '' },
    ...table(behind, terminal).map((text) => ({ text })),
  ];
  return lines.slice(0, rows).map(({ text, colour }) => ({ text: cut(text, screenColumns), colour }));
}

function waitingAt({ buffer }: Gateway, destination: string): number {
  const { routine = 0, urgent = 0 } = buffer.stats().outboxes[destination]?.waiting ?? {};
  return routine + urgent;
}

function alarmsAt({ sources: { activity, intake } }: Gateway): number {
  return [...activity.devices.keys()].reduce((sum, id) => sum + (intake.memoryOf(id)?.policy.raised.length ?? 0), 0);
}

function linkOf({ sources: { forwarders } }: Gateway, destination: string) {
  const stats = forwarders.find(({ name }) => name === destination)?.stats;
  return stats?.state === 'connected' ? say.connected() : say.away();
}

function archived(file: string): number {
  try {
    const { readings } = countArchive(file);
    return [...readings.values()]
      .flatMap((devices) => [...devices.values()].flatMap((kinds) => [...kinds.values()]))
      .reduce((sum, n) => sum + n, 0);
  } catch {
    return 0; // it has not been made yet
  }
}
