import { expect, test } from 'vitest';
import { formatMetrics } from '../../../gateway/status/metrics.ts';
import { AT, levels } from '../buffer/buffer-rig.ts';
import { sources } from './status-rig.ts';

test('the metrics are Prometheus text, line by line', async () => {
  const { rig, from, port, device } = sources();
  Object.assign(port, { bytes: 1_000, frames: 20, readings: 20, rubbish: 2, lastBytesAt: AT });
  port.rubbishByCode.set('bad-checksum', 2);
  Object.assign(device, { readings: 20, lastAt: AT });
  await rig.rig.put(rig.buffer, levels(1, 3));
  const lines = formatMetrics(from).split('\n');
  expect(lines.pop()).toBe(''); // the last line ends too
  const types = new Map<string, string>();
  for (const line of lines) {
    const [, name, type] = /^# TYPE (\S+) (gauge|counter)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      expect(types.has(name)).toBe(false);
      types.set(name, type);
    } else if (!line.startsWith('# HELP ')) {
      const sample = /^([a-z_]+)(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? -?\d+(\.\d+)?$/.exec(line);
      expect(sample, line).not.toBeNull();
      expect(types.has(sample?.[1] ?? ''), line).toBe(true);
    }
  }
  for (const [name, type] of types) {
    expect(name).toMatch(/^(machimori|process)_/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
  expect(lines).toContain('machimori_build_info{version="0.1.0",gateway="gateway-01"} 1');
  expect(lines).toContain('machimori_healthy 1');
  expect(lines).toContain('machimori_buffer_disk_short 0');
  expect(lines).toContain('machimori_destination_oldest_waiting_seconds{destination="city"} 0');
  expect(lines).toContain('process_cpu_seconds_total 1.25');
  expect(lines).toContain('machimori_port_received_bytes_total{port="river"} 1000');
  expect(lines).toContain('machimori_port_rubbish_total{port="river",code="bad-checksum"} 2');
  expect(lines).toContain('machimori_device_last_reading_timestamp_seconds{device="gauge-01"} 1768446000');
  expect(lines).toContain('machimori_destination_waiting_batches{destination="city",lane="routine"} 3');
  expect(lines).toContain('machimori_buffer_appended_readings_total 3');
});

test('a label is escaped as the exposition format asks', () => {
  const { from, rig } = sources();
  rig.activity.addPort('a"b\\c\n\u001b', '/dev/null');
  expect(formatMetrics(from)).toContain('machimori_port_open{port="a\\"b\\\\c \ufffd"} 0\n');
});
