import { sentences } from '../../shared/text.ts';

/** The report, page and tables. */
export const say = sentences('report', {
  title: { en: 'Sensor operation report', ja: 'センサー稼働報告書' },
  titleOf: { en: 'Sensor operation report, {period}', ja: 'センサー稼働報告書（{period}）' },
  span: { en: '{from} to {to}', ja: '{from}～{to}' },
  times: { en: 'All times are in the time zone {zone}.', ja: '時刻のタイムゾーン: {zone}' },
  source: {
    en: 'From the archive "{archive}" of {gateway}.',
    ja: '{gateway} のアーカイブ「{archive}」による集計です。',
  },
  made: { en: 'Made on {at} with Machimori {version}.', ja: '作成: {at}（Machimori {version}）' },

  // What to bear in mind
  notOver: {
    en: 'The period is not over: the figures go up to {until}.',
    ja: '期間がまだ終わっていないため、{until}までの集計です。',
  },
  beginsLater: {
    en: 'The oldest data still in the archive arrived on {at}. Of the time before, the report says too little.',
    ja: 'アーカイブに残る最も古いデータは {at} に届いたものです。それより前の期間は実際より少なく集計されています。',
  },
  retentionShort: {
    en: 'The archive keeps readings for {days} {days:day|days} only (retention), which is less than the period needs. Figures of its beginning are too low.',
    ja: 'アーカイブの保存期間（retention）が{days}日のため、期間のはじめの測定値はすでに削除されている可能性があります。',
  },
  gone: {
    en: '{count} {count:device was|devices were} heard neither in the period nor in the {days} days before, and {count:is|are} not listed.',
    ja: '期間中とその前の{days}日間に一度も受信しなかった機器{count}台は、一覧に含めていません。',
  },
  moreDevices: {
    en: '{count} further {count:device|devices} did not fit into this report.',
    ja: '上限を超えた機器{count}台は、この報告書に含めていません。',
  },
  moreAlarms: {
    en: '{count} further {count:alarm|alarms} did not fit into this report.',
    ja: '上限を超えた警報{count}件は、この報告書に含めていません。',
  },
  moreGaps: {
    en: '{count} further {count:gap|gaps} did not fit into this report.',
    ja: '上限を超えた欠落{count}件は、この報告書に含めていません。',
  },
  shownOf: {
    en: 'Shown: {shown} of {all}. The file has all.',
    ja: '{all}件のうち{shown}件を表示しています。全件はファイルにあります。',
  },
  file: { en: 'As a table for a spreadsheet:', ja: '表計算ソフト用のファイル:' },
  nothing: { en: 'None.', ja: 'ありません。' },
  noReadings: { en: 'The archive has no readings of this period.', ja: 'この期間の測定値はアーカイブにありません。' },

  // Figures at a glance
  summary: { en: 'At a glance', ja: '概要' },
  devices: { en: 'Devices', ja: '機器' },
  gateways: { en: 'Gateways', ja: 'ゲートウェイ' },
  readings: { en: 'Readings received', ja: '受信した測定値' },
  reportsOfExpected: { en: 'Reports received of those expected', ja: '報告の受信率' },
  averageAvailability: { en: 'Availability of all devices', ja: '全機器の稼働率' },
  alarmsRaised: { en: 'Alarms', ja: '警報' },
  readingsLost: { en: 'Readings lost on the way', ja: '途中で失われた測定値' },
  halfLate: { en: 'Half arrived within', ja: '半数が届くまでの時間' },
  ofDevices: { en: 'of {count} measured', ja: '対象{count}台' },

  // Plots
  perDay: { en: 'Readings per day', ja: '日ごとの測定値の数' },
  perDayMeaning: {
    en: 'Bars: readings by the day on which they were observed.',
    ja: '観測した日ごとの測定値の数です。',
  },
  worst: { en: 'The devices to look after first', ja: '優先して点検する機器' },
  worstMeaning: {
    en: 'The ten devices with the lowest availability.',
    ja: '稼働率の低い順に10台です。',
  },
  allFull: {
    en: 'No device that can be judged was silent.',
    ja: '判定できる機器はすべて、途切れることなく報告しました。',
  },
  calendar: { en: 'Availability by day', ja: '日ごとの稼働率' },
  calendarMeaning: {
    en: 'A row for each device, a column for each day. White: reported all day. A number: availability in %, rounded down; the darker, the lower. Dash: not measured.',
    ja: '行は機器、列は日です。白は終日稼働、数字は稼働率（%、切り捨て）で、低いほど濃く表示します。横線は対象外です。',
  },
  calendarCell: { en: '{device}, {day}: {part}', ja: '{device}、{day}: {part}' },
  calendarWorst: {
    en: 'The {count} devices with the lowest availability; devices.csv has all.',
    ja: '稼働率の低い{count}台です。全機器は devices.csv にあります。',
  },
  lateness: { en: 'How late readings arrived', ja: '到着の遅れ' },
  latenessMeaning: {
    en: 'Time from observation to arrival in this archive. Readings whose time is in doubt are left out.',
    ja: '観測してからこのアーカイブに届くまでの時間です。時刻が疑わしい測定値は除きます。',
  },
  upTo: { en: 'up to {time}', ja: '{time}以内' },
  over: { en: 'over {time}', ja: '{time}超' },

  // Tables
  tenant: { en: 'Tenant', ja: 'テナント' },
  gateway: { en: 'Gateway', ja: 'ゲートウェイ' },
  device: { en: 'Device', ja: '機器' },
  type: { en: 'Type', ja: '種別' },
  kinds: { en: 'Kinds', ja: '測定の種類' },
  group: { en: 'Group', ja: 'グループ' },
  place: { en: 'Place', ja: '設置場所' },
  received: { en: 'Readings', ja: '測定値' },
  reports: { en: 'Reports', ja: '報告' },
  expected: { en: 'Expected', ja: '想定' },
  reportsAndExpected: { en: 'Reports / expected', ja: '報告／想定' },
  interval: { en: 'Interval', ja: '報告間隔' },
  intervalSeconds: { en: 'Interval (s)', ja: '報告間隔（秒）' },
  quietSeconds: { en: 'May be quiet for (s)', ja: '無報告の許容時間（秒）' },
  rule: { en: 'Rule', ja: '許容時間の根拠' },
  ruleSetting: { en: 'expect-every', ja: '設定（expect-every）' },
  ruleInterval: { en: '{count} intervals', ja: '報告間隔の{count}倍' },
  availability: { en: 'Availability', ja: '稼働率' },
  availabilityPercent: { en: 'Availability (%)', ja: '稼働率（%）' },
  longestSilence: { en: 'Longest silence', ja: '最長の無報告' },
  longestSeconds: { en: 'Longest silence (s)', ja: '最長の無報告（秒）' },
  silentFrom: { en: 'Silent from ({zone})', ja: '無報告の開始（{zone}）' },
  silentTo: { en: 'Silent to ({zone})', ja: '無報告の終了（{zone}）' },
  since: { en: 'from {at}', ja: '{at}から' },
  until: { en: 'to {at}', ja: '{at}まで' },
  openEnd: { en: 'to the end', ja: '期間の終わりまで' },
  doubtful: { en: 'Doubtful', ja: '疑わしい値' },
  doubtfulOf: { en: '{quality}: {count}', ja: '{quality}: {count}' },
  firstReading: { en: 'First reading ({zone})', ja: '最初の測定値（{zone}）' },
  lastReading: { en: 'Last reading ({zone})', ja: '最後の測定値（{zone}）' },
  last: { en: 'Last reading', ja: '最後の測定値' },
  batches: { en: 'Batches', ja: 'バッチ' },
  refused: { en: 'Refused', ja: '拒否' },
  lost: { en: 'Lost, by reason', ja: '失われた測定値（理由別）' },
  lostOf: { en: '{reason}: {count}', ja: '{reason}: {count}' },
  lostReadings: { en: 'Lost readings: {reason}', ja: '失われた測定値: {reason}' },
  missing: { en: 'Missing batches', ja: '未着バッチ' },
  p50: { en: 'Lateness p50', ja: '遅れ p50' },
  p95: { en: 'p95', ja: '遅れ p95' },
  p99: { en: 'p99', ja: '遅れ p99' },
  latenessSeconds: { en: 'Lateness p{part} (s)', ja: '遅れ p{part}（秒）' },
  alarms: { en: 'Alarms', ja: '警報' },
  alarm: { en: 'Alarm', ja: '警報' },
  silentAlarm: { en: 'silent (has not reported)', ja: 'silent（報告なし）' },
  batteryAlarm: { en: 'battery-low (battery is low)', ja: 'battery-low（電池残量の低下）' },
  quantity: { en: 'Quantity', ja: '量' },
  raised: { en: 'Raised', ja: '発生' },
  cleared: { en: 'Cleared', ja: '解除' },
  raisedAt: { en: 'Raised ({zone})', ja: '発生（{zone}）' },
  clearedAt: { en: 'Cleared ({zone})', ja: '解除（{zone}）' },
  duration: { en: 'Duration', ja: '継続時間' },
  durationSeconds: { en: 'Duration (s)', ja: '継続時間（秒）' },
  peak: { en: 'Peak', ja: '最大・最小' },
  limit: { en: 'Limit', ja: '基準値' },
  stillStands: { en: 'still stands', ja: '継続中' },
  before: { en: 'before', ja: '期間前' },
  gaps: { en: 'Gaps', ja: '欠落' },
  gapsMeaning: {
    en: 'Batches that were told lost in the period, and numbers that nobody has told about.',
    ja: '期間中に「失われた」と報告されたバッチと、理由の分からない未着の番号です。',
  },
  epoch: { en: 'Epoch', ja: 'エポック' },
  numbers: { en: 'Numbers', ja: '番号' },
  firstNumber: { en: 'First number', ja: '最初の番号' },
  lastNumber: { en: 'Last number', ja: '最後の番号' },
  lostCount: { en: 'Readings lost', ja: '失われた測定値' },
  reason: { en: 'Reason', ja: '理由' },
  told: { en: 'Known since', ja: '判明日時' },
  toldAt: { en: 'Known since ({zone})', ja: '判明日時（{zone}）' },
  quota: { en: 'the buffer was full', ja: 'バッファーの上限' },
  diskFull: { en: 'the disk was full', ja: 'ディスクの空き不足' },
  damaged: { en: 'the file was damaged', ja: 'ファイルの破損' },
  operator: { en: 'dropped by hand', ja: '手動で破棄' },
  notArrived: { en: 'not arrived, reason unknown', ja: '未着（理由不明）' },

  // Why a value is doubtful (shared/reading.ts)
  clockUnsynchronised: { en: 'clock not set', ja: '時計未設定' },
  outOfRange: { en: 'out of range', ja: '範囲外' },
  changingTooFast: { en: 'changing too fast', ja: '急変' },
  noTarget: { en: 'no target', ja: '対象なし' },
  notANumber: { en: 'not a number', ja: '数値でない' },
  deviceFault: { en: 'device fault', ja: '機器の異常' },
  stale: { en: 'stale', ja: '古い値' },
  uncertain: { en: 'uncertain', ja: '不確か' },
  undecoded: { en: 'undecoded', ja: '解読不能' },

  // Lengths of time
  seconds: { en: '{s} s', ja: '{s}秒' },
  minutes: { en: '{m} min', ja: '{m}分' },
  minutesSeconds: { en: '{m} min {s} s', ja: '{m}分{s}秒' },
  hours: { en: '{h} h', ja: '{h}時間' },
  hoursMinutes: { en: '{h} h {m} min', ja: '{h}時間{m}分' },
  days: { en: '{d} d', ja: '{d}日' },
  daysHours: { en: '{d} d {h} h', ja: '{d}日{h}時間' },
  fraction: { en: '{part} of {all}', ja: '{part}／{all}' },
  withUnit: { en: '{name} ({value})', ja: '{name}（{value}）' },

  // How it is counted
  rules: { en: 'How these figures are counted', ja: '集計の方法' },
  ruleReadings: {
    en: 'Readings count by the time of their observation, as far as they had arrived when this report was made. Alarms are made by the gateway and do not count as readings.',
    ja: '測定値は、報告書の作成時点までに届いたものを観測時刻で集計しています。警報はゲートウェイが作るため、測定値には数えません。',
  },
  ruleReports: {
    en: 'Readings of a device less than 1 s apart are one report. Its interval is the median pause between reports. It has one only after 8 pauses, at least half of which are within 25 % of the median; devices that report when something happens have none, and a dash stands instead of what cannot be said.',
    ja: '同じ機器の1秒未満に続く測定値は1回の報告とします。報告間隔は報告どうしの間隔の中央値で、間隔が8回以上あり、その半数以上が中央値の±25%以内のときだけ示します。出来事があったときに報告する機器などには示さず、分からない欄は「—」とします。',
  },
  ruleExpected: {
    en: 'Expected: the measured time divided by the interval.',
    ja: '想定は、対象時間を報告間隔で割った回数です。',
  },
  ruleAvailability: {
    en: 'Availability: the part of the measured time in which a device was not silent. It is silent from the moment at which it has been quiet for its expect-every, or without that setting for {count} intervals, until it reports again. A device that was known before and sent nothing has 0 %. Planned maintenance counts as silence: the archive does not know of it.',
    ja: '稼働率は、対象時間のうち無報告でなかった時間の割合です。expect-every の設定時間（設定がなければ報告間隔の{count}倍）を過ぎても報告がないと、次の報告まで無報告とみなします。以前は受信していて期間中に一度も届かなかった機器は0%です。計画作業の時間はアーカイブに記録がないため、無報告に含まれます。',
  },
  ruleMeasured: {
    en: 'A device is measured from the beginning of the period if it was heard in the {days} days before, otherwise from its first reading.',
    ja: '対象時間は、期間前の{days}日間に受信した機器では期間のはじめから、それ以外では最初の測定値からです。',
  },
  ruleGateway: {
    en: 'A gateway is available while at least one of its measured devices is. Percentages are rounded down, so 100 % means all.',
    ja: 'ゲートウェイは、対象の機器が1台でも稼働していれば稼働中とします。割合は切り捨てのため、100%はすべてという意味です。',
  },
  ruleLateness: {
    en: 'Lateness is told to the second up to 10 minutes, to the minute up to a day, then to the hour, rounded down.',
    ja: '遅れは、10分までは秒、1日までは分、それ以上は時間の単位で切り捨てています。',
  },
  ruleMissing: {
    en: 'Missing: numbers of batches between others of the same epoch that have neither arrived nor been told lost. They may still be on their way.',
    ja: '未着は、同じエポックの前後の番号が届いているのに、届きも欠落報告もないバッチの番号です。まだ途中にある可能性もあります。',
  },
  ruleNotAll: {
    en: 'This archive takes only some readings, so a missing number says nothing and none is counted.',
    ja: 'このアーカイブは一部の測定値だけを保存するため、未着は数えていません。',
  },
  rulePeak: {
    en: 'Peak: the furthest value between raising and clearing that is not in doubt. A dash: it was not looked up or cannot be said.',
    ja: '最大・最小は、発生から解除までの最も極端な値です（疑わしい値を除く）。「—」は不明または未調査です。',
  },

  // What goes wrong
  plotsMissing: {
    en: 'the library for its plots is not installed',
    ja: 'グラフ用のライブラリーがインストールされていません',
  },
  unwritable: { en: 'the report cannot be written ({why})', ja: '報告書を書き込めません（{why}）' },
  checkFolder: {
    en: 'Check the path and the permissions, or write elsewhere with --out',
    ja: 'パスと権限を確認するか、--out で別のフォルダーを指定してください',
  },
  installPlots: { en: 'Run: npm install d3-scale', ja: '次を実行してください: npm install d3-scale' },
});
