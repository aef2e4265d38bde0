/** The ways to run a hub's workers that deploy/hub/ offers: each is read as its program reads it, and held against the configuration that it mounts. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../gateway/config/config.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';

const folder = join(repositoryRoot, 'deploy/hub');
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

/** The configuration with its secrets where this machine has them; what the check finds wrong. */
function checked(toml: string) {
  const secrets = temporaryFolder();
  const named = [...toml.matchAll(/password-file = "([^"]+)"/g)].map(([, file = '']) => file);
  for (const [i, file] of named.entries()) {
    writeFileSync(join(secrets, `${i}`), 'a password', { mode: 0o600 });
    toml = toml.replace(file, join(secrets, `${i}`));
  }
  const read = readConfig(toml, join(secrets, 'worker.toml'));
  expect(read.ok ? [] : read.faults.map(({ line, what }) => `${line}: ${what.en}`)).toEqual([]);
  const urls = [...toml.matchAll(/url = "([a-z]+):\/\/(?:[^@"/]+@)?([a-z0-9-]+)(?::(\d+))?/g)];
  return { named, hosts: urls.map(([, scheme, host, port]) => ({ scheme, host, port: Number(port ?? 5432) })) };
}

describe('the compose file', () => {
  interface Service {
    readonly volumes?: readonly string[];
    readonly ports?: readonly string[];
    readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
    readonly privileged?: boolean;
  }
  const compose = parse(text('compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly volumes: Readonly<Record<string, unknown>>;
    readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  };
  const services = Object.entries(compose.services);

  test('every worker runs with a configuration that passes the check and finds its servers and secrets', () => {
    const workers = services.filter(([name]) => name.startsWith('worker-'));
    expect(workers).toHaveLength(3);
    for (const [name, { volumes = [], secrets = [] }] of workers) {
      const [config = ''] = volumes.find((each) => each.includes('.toml'))?.split(':') ?? [];
      const toml = text(config);
      expect(toml).toContain(`id = "${name}"`);
      const { named, hosts } = checked(toml);
      for (const { host } of hosts) expect(Object.keys(compose.services)).toContain(host);
      for (const file of named) expect(secrets.map((each) => `/run/secrets/${each}`)).toContain(file);
    }
  });

  test('nothing is open beyond this machine, and every volume and secret is declared', () => {
    for (const [, { ports = [], volumes = [], secrets = [], privileged }] of services) {
      expect(privileged).toBeUndefined();
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of volumes.filter((each) => !each.startsWith('.'))) {
        expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      }
      for (const secret of secrets) {
        expect(Object.keys(compose.secrets)).toContain(typeof secret === 'string' ? secret : secret.source);
      }
    }
  });
});

describe('the Kubernetes manifests', () => {
  // biome-ignore lint/suspicious/noExplicitAny: manifests of six kinds, each looked at where it is known
  const documents = parseAllDocuments(text('kubernetes.yaml'), { merge: true }).map((each) => each.toJS() as any);
  const of = (kind: string) => documents.find((each) => each.kind === kind);
  const pod = of('StatefulSet').spec.template;

  test('have the versions and names that Kubernetes wants, and find one another', () => {
    for (const { apiVersion, kind, metadata } of documents) {
      expect([kind, apiVersion]).toEqual([kind, VERSIONS[kind]]);
      expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    }
    const { labels } = pod.metadata;
    expect(of('StatefulSet').spec.selector.matchLabels).toEqual(labels);
    expect(of('StatefulSet').spec.serviceName).toBe(of('Service').metadata.name);
    expect(of('Service').spec.selector).toEqual(labels);
    expect(of('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(of('PodDisruptionBudget').spec.minAvailable).toBeLessThan(of('StatefulSet').spec.replicas);
    expect(of('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
  });

  test('mount a configuration that passes the check, with its secrets, and let it reach what it names and nothing else', () => {
    const toml = of('ConfigMap').data['worker.toml'] as string;
    const { named, hosts } = checked(toml.replace('"POD"', '"machimori-worker-0"'));
    const [worker] = pod.spec.containers;
    const mounts = worker.volumeMounts as readonly { readonly name: string; readonly mountPath: string }[];
    for (const file of named) expect(mounts.some(({ mountPath }) => file.startsWith(mountPath))).toBe(true);
    const declared = pod.spec.volumes.map(({ name }: { readonly name: string }) => name);
    for (const each of [...pod.spec.initContainers, ...pod.spec.containers]) {
      for (const { name } of each.volumeMounts) expect(declared).toContain(name);
    }
    const rules = of('NetworkPolicy').spec.egress as readonly {
      readonly ports: readonly { readonly port: number }[];
    }[];
    const ports = rules.flatMap((rule) => rule.ports.map(({ port }) => port)).filter((port) => port !== 53);
    expect(new Set(ports)).toEqual(new Set(hosts.map(({ port }) => port)));
    expect(of('NetworkPolicy').spec.ingress).toEqual([]);
  });

  test('give no container more than it needs', () => {
    expect(pod.spec.automountServiceAccountToken).toBe(false);
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const { securityContext } of [...pod.spec.initContainers, ...pod.spec.containers]) {
      const confined = {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      };
      expect(securityContext).toEqual(confined);
    }
  });
});

const VERSIONS: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  Service: 'v1',
  StatefulSet: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
};

const hasNats = spawnSync('nats-server', ['--version']).status === 0;

test.skipIf(!hasNats && process.env.CI !== 'true')('NATS takes its configuration (apt-get install nats-server)', () => {
  const here = mkdtempSync(join(temporaryFolder(), 'nats-'));
  copyFileSync(join(folder, 'nats.conf'), join(here, 'nats.conf'));
  copyFileSync(join(folder, 'users.example.conf'), join(here, 'users.conf'));
  const { status, stderr } = spawnSync('nats-server', ['-t', '-c', join(here, 'nats.conf')], { encoding: 'utf8' });
  expect(stderr).toContain('is valid');
  expect(status).toBe(0);
});
