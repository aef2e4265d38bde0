/** What the operators' list costs an edge in a day: a hub's own tells it at the edge's birth, and each time that it is signed again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqttPacket from 'mqtt-packet';
import { Operators } from '../../gateway/hub/operators.ts';
import { tellOperators } from '../../gateway/ports/feed/tell-operators.ts';
import type { Operator } from '../../shared/enrolment/operators.ts';

const dayMs = 86_400_000;
/** As a hub usually has them. */
const TIMES = { refreshMs: 3_600_000, validityMs: dayMs };
/** How often a hub looks whether it is time. */
const lookEveryMs = 15_000;
const EDGE = { tenant: 'kakogawa', gateway: 'edge-0001' };
const pubackBytes = 4;

export interface ListCost {
  /** Of one signed list. */
  readonly listBytes: number;
  /** Messages of MQTT, with their acknowledgements; without TCP and TLS. */
  readonly bytesADay: number;
  readonly messages: number;
}

export async function listCost(operators: readonly Operator[]): Promise<ListCost> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  try {
    const hub = Operators.open(folder, TIMES);
    const begin = Date.UTC(2026, 10, 1);
    for (const operator of operators) await hub.add(operator, begin);
    let bytesADay = 0;
    let messages = 0;
    const told = tellOperators(hub, (topic, bytes) => {
      const payload = Buffer.from(bytes);
      const packet = { cmd: 'publish', topic, payload, qos: 1, messageId: 1, retain: false, dup: false } as const;
      bytesADay += mqttPacket.generate(packet).length + pubackBytes;
      messages++;
    });
    told.born(EDGE);
    for (let at = begin; at < begin + dayMs; at += lookEveryMs) await hub.refresh(at);
    told.close();
    return { listBytes: hub.current?.bytes.length ?? 0, bytesADay, messages };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
