import { formatFault, readConfig } from '../../../gateway/config/config.ts';

/** A good configuration; the tests spoil a line of it. Lines are counted from 1. */
export const good = `[gateway]
id = "gateway-01"

[[port]]
name = "river"
type = "serial"
path = "/dev/null"

[[port]]
name = "local"
type = "mqtt"
trust-local = true
[[device]]
id = "gauge-01"
type = "line"
port = "river"
profile = "level-text"

[[device]]
id = "gauge-02"
type = "line"
port = "local"
topic = "sensors/gauge-02"
profile = "level-json"

[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
`;

/** What is said about a configuration, a line each. */
export function faultsOf(text: string, file = 'gateway.toml'): string[] {
  const result = readConfig(text, file);
  return (result.ok ? result.notes : result.faults).map((fault) => formatFault(fault).en);
}
