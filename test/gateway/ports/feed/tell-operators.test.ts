/** Who is told of the operators' list, and when. */
import { expect, test } from 'vitest';
import { tellOperators } from '../../../../gateway/ports/feed/tell-operators.ts';

const topicOf = (gateway: string) => `machimori/v1/kakogawa/${gateway}/operators`;

function site() {
  const listeners = new Set<() => void>();
  let current: { bytes: Uint8Array; digest: string } | undefined;
  const sent: string[] = [];
  const operators = {
    get current() {
      return current;
    },
    listKey: '',
    has: () => false,
    isRevoked: () => false,
    onChanged(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const told = tellOperators(operators, (topic, bytes) => sent.push(`${topic} ${bytes[0]}`));
  const change = (n: number) => {
    current = { bytes: Uint8Array.of(n), digest: String(n) };
    for (const listener of listeners) listener();
  };
  const born = (gateway: string) => told.born({ tenant: 'kakogawa', gateway });
  return { told, born, change, sent, listeners };
}

test('a gateway is told when its birth comes, and all are when there is another list', () => {
  const { born, change, sent } = site();
  born('edge-01');
  expect(sent).toEqual([]); // there is none yet
  change(1);
  born('edge-02');
  born('edge-01');
  change(2);
  expect(sent).toEqual([
    `${topicOf('edge-01')} 1`,
    `${topicOf('edge-02')} 1`,
    `${topicOf('edge-01')} 1`,
    `${topicOf('edge-01')} 2`,
    `${topicOf('edge-02')} 2`,
  ]);
});

test('one that is turned away, and a door that has closed, are told nothing more', () => {
  const { told, born, change, sent, listeners } = site();
  born('edge-01');
  born('edge-02');
  told.forget({ tenant: 'kakogawa', gateway: 'edge-01' });
  change(1);
  expect(sent.splice(0)).toEqual([`${topicOf('edge-02')} 1`]);
  told.tellAll();
  expect(sent.splice(0)).toEqual([`${topicOf('edge-02')} 1`]);
  told.close();
  expect(listeners.size).toBe(0);
});
