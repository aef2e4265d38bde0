import { readConfig } from '../../../gateway/config/config.ts';
import type { Config } from '../../../gateway/config/settings.ts';

/** A configuration with its data in `folder` and `more` at its end. */
export function lorawanConfig(folder: string, more = ''): Config {
  const text = `
[gateway]
id = "gateway-01"
tenant = "toyama"
data-directory = "${folder}/data"

[status]
enabled = false

[[port]]
name = "lora"
type = "lorawan-udp"

[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1:1"
tenants = ["toyama"${more.includes('soil-lab') ? ', "soil-lab"' : ''}]

[[profile]]
name = "lpp"
type = "lorawan"
payload = "lpp"

[[profile]]
name = "raw"
type = "lorawan"
payload = "raw"
${more}`;
  const result = readConfig(text, `${folder}/gateway.toml`);
  if (!result.ok) throw new Error(result.faults.map(({ line, what }) => `${line}: ${what}`).join('\n'));
  return result.config;
}
