/** The profiles that ship with `line`, written as an operator would. */
export const shippedProfiles = {
  /** A gauge or a gateway of another make that publishes {"level":1.23,"battery":3.6,"time":1700000000}. */
  'level-json': {
    format: 'json',
    kind: 'water-level',
    fields: [
      { from: 'level', quantity: 'level', unit: 'm' },
      { from: 'battery', quantity: 'battery', unit: 'V', optional: true },
    ],
    time: { from: 'time', format: 'epoch-s' },
  },
  /** A text gauge: "LEVEL=1.234m TEMP=12.3C", with any spaces, commas or semicolons between. */
  'level-text': {
    format: 'pattern',
    pattern: String.raw`(?i)\s*LEVEL\s*=\s*(?P<level>[-+.\d]+)\s*m?[\s;,]+TEMP\s*=\s*(?P<temperature>[-+.\d]+)\s*C?\s*`,
    kind: 'water-level',
    fields: [
      { from: 'level', quantity: 'level', unit: 'm' },
      { from: 'temperature', quantity: 'temperature', unit: 'Cel' },
    ],
  },
  /** A small weather station's text: "T=21.5 H=60 P=1013.2", in °C, % and hPa. */
  'weather-text': {
    format: 'pattern',
    pattern: String.raw`\s*T=(?P<temperature>[-+.\d]+)\s+H=(?P<humidity>[.\d]+)\s+P=(?P<pressure>[.\d]+)\s*`,
    fields: [
      { from: 'temperature', quantity: 'temperature', unit: 'Cel' },
      { from: 'humidity', quantity: 'humidity', unit: '%RH' },
      { from: 'pressure', quantity: 'pressure', unit: 'Pa', scale: 100 },
    ],
  },
  /** A weather station's line: air temperature °C, humidity %, pressure hPa, wind m/s and degrees, rain of the hour mm. */
  'weather-csv': {
    format: 'csv',
    fields: [
      { from: 1, quantity: 'temperature', unit: 'Cel' },
      { from: 2, quantity: 'humidity', unit: '%RH' },
      { from: 3, quantity: 'pressure', unit: 'Pa', scale: 100 },
      { from: 4, quantity: 'windSpeed', unit: 'm/s' },
      { from: 5, quantity: 'windDirection', unit: 'deg' },
      { from: 6, quantity: 'rainfall', unit: 'm', scale: 0.001 },
    ],
  },
} as const;
