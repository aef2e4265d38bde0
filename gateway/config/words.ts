import { sentences } from '../../shared/text.ts';

export const say = sentences('config', {
  fault: { en: '{file}:{line}: {what}. {mend}', ja: '{file}:{line}: {what}。{mend}' },
  note: { en: '{file}:{line}: note: {what}. {mend}', ja: '{file}:{line}: 注意: {what}。{mend}' },
  unreadable: { en: 'the configuration cannot be read ({why})', ja: '設定ファイルを読めません（{why}）' },
  beginWith: {
    en: 'Check the path, or begin with: machimori config > gateway.toml',
    ja: 'パスを確認するか、machimori config > gateway.toml で作成してください',
  },
  mustBeReadable: {
    en: 'It must be a file that this user may read',
    ja: 'このユーザーが読めるファイルである必要があります',
  },
  notUtf8: {
    en: 'this line is not UTF-8; it may be Shift_JIS',
    ja: 'この行の文字コードがUTF-8ではありません（Shift_JISの可能性があります）',
  },
  saveAsUtf8: {
    en: 'Save the file as UTF-8, or run: iconv -f CP932 -t UTF-8 old.toml > new.toml',
    ja: 'ファイルをUTF-8で保存し直すか、次を実行してください: iconv -f CP932 -t UTF-8 old.toml > new.toml',
  },
  utf16: { en: 'the file is UTF-16, not UTF-8', ja: 'ファイルの文字コードがUTF-8ではなくUTF-16です' },
  saveFromUtf16: {
    en: 'Save the file as UTF-8, or run: iconv -f UTF-16 -t UTF-8 old.toml > new.toml',
    ja: 'ファイルをUTF-8で保存し直すか、次を実行してください: iconv -f UTF-16 -t UTF-8 old.toml > new.toml',
  },
  outsideTable: {
    en: '{name} stands above the first table',
    ja: '{name} が最初のテーブルより前にあります',
  },
  writeTable: {
    en: 'Write the line [{table}] above it, or the name of the table to which it belongs',
    ja: 'その上に [{table}] の行（またはこの設定が属するテーブルの名前）を書いてください',
  },
  notOne: { en: 'there is one {name} only', ja: '{name} は一つだけです' },
  singleBrackets: { en: 'Write [{name}] with one bracket', ja: '[{name}] のように角括弧を一重にしてください' },
  notToml: { en: 'this is not valid TOML: {why}', ja: 'TOMLとして正しくありません: {why}' },
  tooDeep: {
    en: 'brackets or dots go deeper than {max} levels here',
    ja: 'ここで括弧またはドットの入れ子が{max}段を超えています',
  },
  flatten: {
    en: 'No setting is so deep: look for a bracket that is not closed',
    ja: 'これほど深い設定項目はありません。閉じていない括弧がないか確認してください',
  },
  tomlHint: {
    en: 'Text needs quotes, tables are [name] or [[name]]',
    ja: '文字列は引用符で囲み、テーブルは [name] または [[name]] と書きます',
  },
  isRig: { en: 'this is the file of a test rig', ja: 'これは試験用リグのファイルです' },
  runRig: { en: 'Use machimori rig check or rig run', ja: 'machimori rig check または rig run を使ってください' },
  noTable: { en: 'there is no table {name}', ja: 'テーブル {name} はありません' },
  notList: { en: '{name} must be a list of tables', ja: '{name} はテーブルのリストで指定してください' },
  doubleBrackets: { en: 'Write [[{name}]] with two brackets', ja: '[[{name}]] のように角括弧を二重にしてください' },
  noOutputType: { en: 'there is no output type "{name}"', ja: '出力の種類 "{name}" はありません' },
  noDeviceType: { en: 'there is no device type "{name}"', ja: '機器の種類 "{name}" はありません' },
  noPortType: { en: 'there is no port type "{name}"', ja: 'ポートの種類 "{name}" はありません' },
  noDestinationType: { en: 'there is no destination type "{name}"', ja: '送信先の種類 "{name}" はありません' },
  noProfile: { en: 'there is no profile "{name}" for {type}', ja: '{type} にプロファイル "{name}" はありません' },
  defineProfile: { en: 'Define it as a [[profile]] table', ja: '[[profile]] テーブルで定義してください' },
  orDefineProfile: {
    en: 'A [[profile]] table defines a new one. {suggestion}',
    ja: '新しいプロファイルは [[profile]] テーブルで定義します。{suggestion}',
  },

  noSetting: { en: 'there is no setting {name}', ja: '設定 {name} はありません' },
  settingMissing: { en: 'the setting {name} is missing', ja: '設定 {name} がありません' },
  addSetting: { en: 'Add {name} = …', ja: '{name} = … を追加してください' },
  addSettingMeaning: { en: 'Add {name} = … ({meaning})', ja: '{name} = … を追加してください（{meaning}）' },
  addType: { en: 'Add type = …, one of: {known}', ja: 'type = … を追加してください（{known} のいずれか）' },
  wrong: { en: '{name} {must}', ja: '{name} {must}' },
  wrongValue: { en: '{name} {must}, not {received}', ja: '{name} {must}（現在の値: {received}）' },
  mustBe: { en: 'must be {expected}', ja: 'は {expected} で指定してください' },
  addUnit: {
    en: 'Write it with its unit: {name} = {value}, if that is meant',
    ja: '単位を付けて書いてください（例: {name} = {value}）',
  },
  writeInline: {
    en: 'Write its settings by name, as a table [{name}]',
    ja: '[{name}] テーブルの形で、設定を名前で書いてください',
  },
  correctIt: { en: 'Correct it', ja: '修正してください' },
  correctItMeaning: { en: 'Correct it: {meaning}', ja: '修正してください: {meaning}' },

  defaultHead: {
    en: 'Machimori gateway. Every setting, with its default. Lengths of time: "250ms", "10s", "5m", "2h", "7d".',
    ja: 'Machimoriゲートウェイ。すべての設定とその既定値。時間は "250ms"、"10s"、"5m"、"2h"、"7d" のように書きます。',
  },
  defaultPorts: { en: 'Ports: where bytes come from.', ja: 'ポート: データの入り口。' },
  defaultDevices: {
    en: 'Devices: what the ports are connected to. Every device has these settings, and the options of its type.',
    ja: '機器: ポートにつながるもの。どの機器にも共通の設定と、種類ごとの設定があります。',
  },
  defaultDeviceType: { en: 'Device type {name}: {summary}', ja: '機器の種類 {name}: {summary}' },
  defaultShipped: {
    en: 'Profiles that ship with it: {profiles}. Your own: a [[profile]] table with a name.',
    ja: '付属のプロファイル: {profiles}。独自のものは name のある [[profile]] テーブルで定義します。',
  },
  defaultProfiles: {
    en: 'Profiles of LoRaWAN devices, which are registered with: machimori device add. Profiles of other types are in docs/ and deploy/examples/.',
    ja: 'LoRaWAN機器のプロファイル。LoRaWAN機器は machimori device add で登録します。ほかの種類のプロファイルは docs/ と deploy/examples/ にあります。',
  },
  defaultProjects: {
    en: 'Outside projects: their devices, codecs and destinations are their own, and so are their limits.',
    ja: '外部プロジェクト: 機器、コーデック、送信先、上限をそれぞれ独立して持ちます。',
  },
  defaultWatches: {
    en: "At a hub: what it looks after in other gateways' feeds. Of several tables that fit, the first that says something counts.",
    ja: 'ハブのみ: ほかのゲートウェイのフィードで監視するもの。複数のテーブルが当てはまるときは、先に書かれたものを優先します。',
  },
  defaultDestinations: { en: 'Destinations: who gets the readings.', ja: '送信先: 測定値の届け先。' },
  defaultOutputs: {
    en: 'Outputs: alarms on the spot, without the city OS.',
    ja: '出力: 都市OSがなくても現地で知らせる装置。',
  },
  nameLine: { en: '# name = …   (required)', ja: '# name = …   （必須）' },
  required: { en: 'required', ja: '必須' },
  optional: { en: 'optional', ja: '任意' },

  onlyForDecode: {
    en: 'the setting {name} does not exist in a configuration: it is for decoding recordings only',
    ja: '設定 {name} は設定ファイルでは使えません。記録の解読専用です',
  },
  lookIntoRecording: {
    en: 'Remove it; to look into a recording: machimori decode {type} <file> --option {name}=…',
    ja: '削除してください。記録を調べるには: machimori decode {type} <ファイル> --option {name}=…',
  },

  nameTaken: {
    en: 'another {table} is already called "{name}"',
    ja: '"{name}" という名前の {table} がすでにあります',
  },
  ownName: { en: 'Give each a name of its own', ja: 'それぞれ別の名前にしてください' },
  sameLine: {
    en: 'port "{name}" is the same line as port "{other}" ({line})',
    ja: 'ポート "{name}" はポート "{other}" と同じ回線です（{line}）',
  },
  oneOpener: {
    en: 'A line can only be opened once: put its devices on one port',
    ja: '一つの回線は一度しか開けません。機器を一つのポートにまとめてください',
  },
  inCircle: {
    en: 'port "{name}" reads what destination "{destination}" writes: everything would come round for ever',
    ja: 'ポート "{name}" は送信先 "{destination}" が書いたものを読みます。データが回り続けます',
  },
  otherHub: {
    en: 'Remove one of them. Workers write the archive; this hub only reads it',
    ja: '一方を削除してください。アーカイブにはワーカーが書き込み、このハブは読むだけです',
  },
  samePlace: {
    en: 'another destination already sends to {place} under the same tenant',
    ja: '{place} に同じテナントで送る送信先がすでにあります',
  },
  mergeDestinations: {
    en: 'Make them one, with the filters of both, or give this one a tenant of its own',
    ja: '両方の条件を合わせて一つにするか、別のテナントを指定してください',
  },
  noDestination: {
    en: 'there is no destination, so readings are not sent anywhere',
    ja: '送信先がないため、測定値はどこにも送られません',
  },
  addDestination: { en: 'Add a [[destination]]', ja: '[[destination]] を追加してください' },
  addPort: { en: 'Add a [[port]] of that name', ja: 'その名前の [[port]] を追加してください' },
  noPort: {
    en: 'device "{device}" is on port "{port}", which does not exist',
    ja: '機器 "{device}" のポート "{port}" がありません',
  },
  notWrittenHere: {
    en: 'port "{port}" takes LoRaWAN devices, which are not written here',
    ja: 'ポート "{port}" はLoRaWAN機器用です。LoRaWAN機器は設定ファイルには書きません',
  },
  registerIt: { en: 'Register it with: machimori device add', ja: 'machimori device add で登録してください' },
  noTopic: {
    en: 'device "{device}" is on an MQTT port but has no topic',
    ja: '機器 "{device}" はMQTTポートにありますが、topic がありません',
  },
  addTopic: {
    en: 'Add topic = "…", to which the device publishes',
    ja: '機器が送信するトピックを topic = "…" で指定してください',
  },
  wildcards: {
    en: 'a topic may not hold the wildcard #, and + only alone between slashes',
    ja: 'topic に # は使えません。+ は「/」で区切られた1階層全体にだけ使えます',
  },
  publishedTopic: {
    en: 'Give each device the topic it publishes to; or + for one level, to name devices by it: "meters/+/state"',
    ja: '機器ごとに送信するトピックを指定してください。1階層を + にすると、その部分で機器を名付けます（例: "meters/+/state"）',
  },
  namedLikeFamily: {
    en: 'a device that {family} names by its topic might be called {id} too',
    ja: '{family} がトピックから名付ける機器と {id} が重なる可能性があります',
  },
  topicTaken: {
    en: 'another device already has the topic "{topic}"',
    ja: 'トピック "{topic}" の機器がすでにあります',
  },
  ownTopic: { en: 'Give each device a topic of its own', ja: '機器ごとに別のトピックにしてください' },
  takesNoDocuments: {
    en: 'the type {type} cannot read the documents of port {port}',
    ja: '種類 {type} は、ポート {port} の文書を読み取れません',
  },
  useWebTable: {
    en: 'Use the type web-table with a profile of the document',
    ja: '種類 web-table と、文書のプロファイルを使ってください',
  },
  takesOnlyDocuments: {
    en: 'the type {type} reads documents of the web, and port {port} has none',
    ja: '種類 {type} はWebの文書を読むためのもので、ポート {port} では使えません',
  },
  useWebPort: { en: 'Give it a port of the type web', ja: '種類 web のポートを指定してください' },
  takesNoMessages: {
    en: 'a device of type {type} cannot be on an MQTT port',
    ja: '種類 {type} の機器はMQTTポートでは使えません',
  },
  useLine: {
    en: 'Use the type line with a JSON profile',
    ja: '種類 line とJSONのプロファイルを使ってください',
  },
  topicElsewhere: {
    en: 'only a device on an MQTT port has a topic',
    ja: 'topic を指定できるのはMQTTポートの機器だけです',
  },
  remove: { en: 'Remove it', ja: '削除してください' },
  sameAddress: {
    en: 'devices "{other}" and "{device}" are the same unit, {address}, of one line',
    ja: '機器 "{other}" と "{device}" は、同じ回線の同じユニット{address}です',
  },
  ownAddress: {
    en: 'Give each the address that is set at it, unless both profiles are of one unit',
    ja: '一つのユニットを二つのプロファイルで読む場合を除き、機器ごとのアドレスを指定してください',
  },
  idlePort: { en: 'no device is on port "{port}"', ja: 'ポート "{port}" には機器がありません' },
  addDevice: { en: 'Add a [[device]] for it, or remove it', ja: '[[device]] を追加するか、ポートを削除してください' },
  twoTypes: {
    en: 'port "{port}" has devices of two types, {first} and {second}',
    ja: 'ポート "{port}" に {first} と {second} の2種類の機器があります',
  },
  portEach: {
    en: 'One line speaks one protocol: give them a port each',
    ja: '一つの回線では一つの通信方式しか使えません。ポートを分けてください',
  },
  tooManyDevices: {
    en: 'port "{port}" has {count} devices, {type} allows {most}',
    ja: 'ポート "{port}" に機器が{count}台ありますが、{type} は{most}台までです',
  },
  ownPort: { en: 'Give each a port of its own', ja: '機器ごとにポートを分けてください' },
  noDevice: { en: 'there is no device "{device}"', ja: '機器 "{device}" はありません' },
  emptyGroup: { en: 'no device is in the group "{group}"', ja: 'グループ "{group}" の機器はありません' },
  emptyTenant: { en: 'no device belongs to the tenant "{tenant}"', ja: 'テナント "{tenant}" の機器はありません' },
  untaken: {
    en: 'no destination takes the readings of "{device}", which belong to the tenant "{tenant}"',
    ja: 'テナント "{tenant}" に属する "{device}" の測定値を受け取る送信先がありません',
  },
  addTenantDestination: {
    en: 'Add a [[destination]] with tenant = "{tenant}"',
    ja: 'tenant = "{tenant}" の [[destination]] を追加してください',
  },
  openStatus: {
    en: 'the status server has no password and may only listen on loopback',
    ja: '状態表示サーバーにはパスワードがないため、ループバックでしか待ち受けできません',
  },
  closeStatus: { en: 'Write listen = "127.0.0.1:9464"', ja: 'listen = "127.0.0.1:9464" と書いてください' },
  noFolder: { en: '{path} is a file, not a folder', ja: '{path} はフォルダーではなくファイルです' },
  nameFolder: {
    en: 'Name a folder on a disk, such as data-directory = "/var/lib/machimori"',
    ja: 'data-directory = "/var/lib/machimori" のように、ディスク上のフォルダーを指定してください',
  },
  tilde: {
    en: '~ is not the home folder here: {path} would be a folder of that name',
    ja: 'ここでは ~ はホームフォルダーになりません（{path} という名前のフォルダーが作られます）',
  },
  kernelFolder: {
    en: '{path} is on a file system of the kernel, which holds no files of ours',
    ja: '{path} はカーネルのファイルシステム上にあり、ファイルを保存できません',
  },
  notWritable: {
    en: 'this user may not write to {path} ({why})',
    ja: '現在のユーザーは {path} に書き込めません（{why}）',
  },
  letWrite: {
    en: "Check that the gateway's user may, or name another folder",
    ja: 'ゲートウェイのユーザーが書き込めることを確認するか、別のフォルダーを指定してください',
  },
  dotInTopic: {
    en: '"{name}" has a dot and goes into topics: a NATS server takes it for the border of two levels',
    ja: '"{name}" はトピックに入りますが、ドットが含まれます。NATSサーバーではドットが階層の区切りになります',
  },
  useHyphen: {
    en: 'If the city OS uses NATS, write - instead',
    ja: '都市OSがNATSを使う場合は、ドットの代わりに - を使ってください',
  },
  noCodec: {
    en: 'the codec {file} does not exist, so payloads are kept undecoded',
    ja: 'コーデック {file} がないため、ペイロードはデコードせずに保存します',
  },
  checkPath: {
    en: 'Check the path; it is relative to this configuration',
    ja: 'パスを確認してください（この設定ファイルからの相対パスです）',
  },
  gatewayTenant: {
    en: '"{name}" is the tenant of this gateway itself',
    ja: '"{name}" はこのゲートウェイ自身のテナントです',
  },
  ownProjectName: { en: 'Give the project a name of its own', ja: 'プロジェクトには別の名前を付けてください' },
  untakenProject: {
    en: 'no destination takes the readings of project "{name}"',
    ja: 'プロジェクト "{name}" の測定値を受け取る送信先がありません',
  },
  portBesideWorker: {
    en: 'the port {port} is beside a worker, which keeps nothing: what came by it would have no buffer',
    ja: 'ポート {port} はワーカーと同じ設定にあります。ワーカーには溜めておく場所がないため、ここからのデータを保持できません',
  },
  ownGateway: {
    en: 'Give it a gateway or hub of its own',
    ja: '別のゲートウェイまたはハブの設定に移してください',
  },
  workerWithoutArchive: {
    en: 'a worker answers what is stored, and there is nowhere to store it',
    ja: 'ワーカーは保存したことを確認して応答しますが、保存先がありません',
  },
  addPostgres: {
    en: 'Add a [[destination]] of type "archive" with a postgres:// address and tenants = ["*"]',
    ja: 'type = "archive"、postgres:// のアドレス、tenants = ["*"] の [[destination]] を追加してください',
  },
  notForWorkers: {
    en: 'the destination {destination} is not for workers: several of them would bring it the same batch, and nothing would wait while it is away',
    ja: '送信先 {destination} はワーカーでは使えません。複数のワーカーから同じバッチが届くおそれがあり、送信先の停止中に溜めておく場所もないためです',
  },
  onlyPostgres: {
    en: 'Workers store in PostgreSQL (type "archive"). Give this destination to a hub with a port feed without share, or let it read the database',
    ja: 'ワーカーの保存先はPostgreSQL（type = "archive"）だけです。この送信先は share のない feed ポートを持つハブに移すか、データベースから読み取らせてください',
  },
});
