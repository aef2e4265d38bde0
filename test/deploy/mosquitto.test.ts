/** The configuration of a broker that comes with the release, against the program that speaks with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mosquittoAcl } from '../../gateway/hub/mosquitto.ts';
import { repositoryRoot } from '../repository-root.ts';

const read = (name: string) => readFileSync(join(repositoryRoot, 'deploy/mosquitto', name), 'utf8');

test('gateways and the city OS have the rights that a hub writes down for them', () => {
  const gateway = { ...{ tenant: 'toyama', gateway: 'g1', isHub: false }, enrolledAt: 0 } as unknown as Parameters<
    typeof mosquittoAcl
  >[0][number]; // the rest is not in the list
  const written = mosquittoAcl([gateway], 'city-os').filter((line) => line.startsWith('topic'));
  const lines = read('acl').split('\n');
  const projects = lines.indexOf('user river-project');
  const given = lines
    .slice(0, projects)
    .filter((line) => /^(topic|pattern) /.test(line) && !line.includes('/canary/'))
    .map((line) => line.replace(/^pattern/, 'topic').replace('%u', 'toyama/g1'));
  expect(given.toSorted()).toEqual(written.toSorted());
});

test('Mosquitto may open a file for each connection', () => {
  const [, connections] = /^max_connections (\d+)$/m.exec(read('mosquitto.conf')) ?? [];
  const [, files] = /^LimitNOFILE=(\d+)$/m.exec(read('limits.conf')) ?? [];
  expect(Number(connections)).toBeGreaterThan(2 * 10_000);
  expect(Number(files)).toBeGreaterThan(Number(connections) + 1_000);
});
