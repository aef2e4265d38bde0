import { sentences } from '../../../shared/text.ts';

/** device, project, downlink. */
export const say = sentences('cli.lorawan', {
  device: {
    en: 'register, list and remove LoRaWAN devices, also while the gateway runs; test any device',
    ja: 'LoRaWAN機器の登録・一覧・削除（稼働中も可）と、任意の機器のテスト',
  },
  deviceAdd: {
    en: 'register a device, or with --import every device of a table',
    ja: '機器を1台登録、--import なら表の全機器を登録',
  },
  deviceList: { en: 'list the devices that are registered', ja: '登録済みの機器を一覧表示' },
  deviceSet: {
    en: 'change the profile of devices, which keep their sessions',
    ja: '機器のプロファイルを変更（セッションは維持）',
  },
  deviceForgetNonces: {
    en: 'let devices join again that have lost their DevNonces',
    ja: 'DevNonceを失った機器の再ジョインを許可',
  },
  deviceTest: {
    en: 'send a test reading of any device, and follow it to the receipt',
    ja: '任意の機器のテストを送り、受領確認まで追跡',
  },
  deviceTested: { en: 'a device of this gateway', ja: 'このゲートウェイの機器' },
  testNote: {
    en: 'It is a reading of kind "status" with test = true, which goes the whole way like an alarm. Each destination has a minute to answer.',
    ja: '種別statusで test = true の測定値を、警報と同じ経路で実際に送ります。各送信先の応答を最長1分待ちます。',
  },
  testExit: {
    en: 'Exit code 0 if every destination that takes it has stored it.',
    ja: '受け取る送信先のすべてで保存されたとき、終了コードは0です。',
  },
  deviceRemove: {
    en: 'forget devices, their keys and their sessions',
    ja: '機器を、鍵とセッションとともに削除',
  },
  optionId: { en: 'its name in every reading', ja: '測定値に記録される機器名' },
  optionDevEui: {
    en: 'its DevEUI, as printed on it: with or without dashes, colons, blanks, 0x',
    ja: '機器に表示されているDevEUI（ハイフン、コロン、空白、0x があってもよい）',
  },
  optionJoinEui: { en: 'its JoinEUI (AppEUI)', ja: '機器のJoinEUI（AppEUI）' },
  optionQr: {
    en: 'the text of its QR code (LoRa Alliance TR005), in place of the two EUIs',
    ja: 'QRコードの文字列（LoRa Alliance TR005）。2つのEUIの代わりに指定',
  },
  optionProfile: { en: 'a [[profile]] of type "lorawan"', ja: 'type = "lorawan" の [[profile]] の名前' },
  optionAddProfile: {
    en: 'a [[profile]] of type "lorawan"; with --import, of every device whose line names none',
    ja: 'type = "lorawan" の [[profile]] の名前。--import では、プロファイルの指定がない行に使用',
  },
  optionKeyFile: {
    en: 'file with its AppKey (hexadecimal), or with lines such as "AppKey = …"; "-" is standard input',
    ja: 'AppKey（16進数）、または「AppKey = …」の形の行を書いたファイル。「-」は標準入力',
  },
  optionProject: { en: 'the project that it belongs to', ja: '機器が属するプロジェクト' },
  optionProjectDefault: { en: "the gateway's tenant", ja: 'ゲートウェイのテナント' },
  optionVersion: {
    en: 'LoRaWAN version: 1.0.2, 1.0.3, 1.0.4 or 1.1 (default: 1.0.3)',
    ja: 'LoRaWANのバージョン: 1.0.2、1.0.3、1.0.4、1.1（既定値: 1.0.3）',
  },
  optionAbp: {
    en: 'it has fixed session keys (NwkSKey and AppSKey in the key file)',
    ja: '固定のセッション鍵を持つ機器（鍵ファイルにNwkSKeyとAppSKeyを書く）',
  },
  optionDevAddr: { en: 'its address, with --abp', ja: 'アドレス（--abp のとき）' },
  optionCounterReset: {
    en: 'ABP: its frame counter may start again; frames could then be replayed',
    ja: 'ABP: フレームカウンターの初期化を許す（フレームの再送攻撃を防げなくなります）',
  },
  optionRx1Delay: {
    en: 'ABP: time to its first receive window, as the device is configured: 1s to 15s (default: 1s)',
    ja: 'ABP: 機器に設定された、最初の受信窓までの時間。1s～15s（既定値: 1s）',
  },
  optionRx2DataRate: {
    en: "ABP: data rate of its second receive window (default: the region's)",
    ja: 'ABP: 2番目の受信窓のデータレート（既定値: 地域の値）',
  },
  optionChirpstack: { en: 'a ChirpStack has its keys', ja: '鍵をChirpStackが持つ機器' },
  optionGroup: { en: 'the group that it belongs to', ja: '機器が属するグループ' },
  optionPlace: { en: 'its location; the name is optional', ja: '設置場所（名前は省略可）' },
  optionThreshold: { en: 'raise an alarm', ja: '警報のしきい値' },
  optionRange: { en: 'mark values outside this range', ja: '範囲外の値に印を付ける' },
  optionImport: { en: 'register every device of this table (CSV)', ja: 'この表（CSV）の全機器を登録' },
  keysAreSecret: {
    en: 'Keys are never given on the command line, where others could see them, and are never shown again.',
    ja: '鍵はコマンドラインには書きません（他の利用者に見えるため）。登録した鍵が再び表示されることもありません。',
  },
  importColumns: {
    en: 'Columns of the table: id, dev_eui, join_eui (or qr), app_key, profile; also nwk_key, dev_addr, nwk_s_key, app_s_key (1.1: f_nwk_s_int_key, s_nwk_s_int_key, nwk_s_enc_key), rx1_delay, rx2_data_rate, project, version, group, lat, lon, place. What all devices have in common can be an option instead, such as --profile, --join-eui, --version, --group or --threshold. Lists of The Things Stack and ChirpStack are understood, with versions such as MAC_V1_0_3. Either all of the devices are registered or none.',
    ja: '表の列: id、dev_eui、join_eui（または qr）、app_key、profile。ほかに nwk_key、dev_addr、nwk_s_key、app_s_key（1.1では f_nwk_s_int_key、s_nwk_s_int_key、nwk_s_enc_key）、rx1_delay、rx2_data_rate、project、version、group、lat、lon、place。全機器に共通のものは、--profile、--join-eui、--version、--group、--threshold などのオプションでも指定できます。The Things StackやChirpStackの一覧も、MAC_V1_0_3 のようなバージョンの書き方のまま読み込めます。全機器を登録するか、1台も登録しないかのどちらかです。',
  },
  optionOfProject: { en: 'only those of this project', ja: 'このプロジェクトのものだけ' },
  optionStrangers: {
    en: 'devices that want to join but are not registered',
    ja: 'ジョインを要求している未登録の機器',
  },
  deviceIds: { en: 'names of the devices', ja: '機器名' },
  keepKeys: {
    en: 'Keys are encrypted under {file}: keep a backup in a safe place.',
    ja: '鍵は {file} で暗号化されています。バックアップを安全な場所に保管してください。',
  },
  added: {
    en: '{count} {count:device is|devices are} registered.',
    ja: '{count}台を登録しました。',
  },
  removed: {
    en: '{count} {count:device was|devices were} removed.',
    ja: '{count}台を削除しました。',
  },
  changed: {
    en: '{count} {count:device was|devices were} changed.',
    ja: '{count}台を変更しました。',
  },
  forgotten: {
    en: '{count} {count:device|devices} may join again.',
    ja: '{count}台の再ジョインを許可しました。',
  },
  nothingToSet: {
    en: 'Say what to change: --profile, --rx1-delay or --rx2-data-rate',
    ja: '変更する項目を指定してください: --profile、--rx1-delay、--rx2-data-rate',
  },
  setKeeps: {
    en: 'The devices keep their keys, sessions, counters and waiting downlinks, and need not join again. The new profile takes effect with their next frame.',
    ja: '鍵、セッション、カウンター、送信待ちはそのままなので、再ジョインは不要です。新しいプロファイルは次のフレームから使われます。',
  },
  forgetNoncesNote: {
    en: 'Needed by a device of LoRaWAN 1.0.4 or 1.1 that counts from the beginning again, such as after a new firmware. A join-request that somebody recorded before could then be accepted once more; it ends no session that the device has used. The gateway must run.',
    ja: 'ファームウェアの書き換えなどで値が最初に戻ったLoRaWAN 1.0.4・1.1の機器に必要です。以前に傍受されたジョイン要求も一度だけ受け付けるようになりますが、機器が使用中のセッションは終わりません。ゲートウェイの稼働中に実行してください。',
  },
  noDevices: { en: 'No device is registered.', ja: '登録された機器はありません。' },
  noStrangers: {
    en: 'No unknown device wants to join.',
    ja: '未登録の機器からのジョイン要求はありません。',
  },
  idColumn: { en: 'id', ja: '機器名' },
  profileColumn: { en: 'profile', ja: 'プロファイル' },
  projectColumn: { en: 'project', ja: 'プロジェクト' },
  activationColumn: { en: 'activation', ja: 'ジョイン方式' },
  readingsColumn: { en: 'readings', ja: '測定値' },
  rubbishColumn: { en: 'rubbish', ja: '不良データ' },
  lastColumn: { en: 'last', ja: '最終受信' },
  stationColumn: { en: 'station', ja: '基地局' },
  never: { en: 'never', ja: 'なし' },
  thatDevice: { en: 'the device', ja: '登録する機器' },
  badDevice: { en: '{setting} {fault}', ja: '{setting} {fault}' },
  badDeviceHint: {
    en: 'Correct it; nothing was registered',
    ja: '修正してください。1台も登録していません',
  },
  twoRootKeys: {
    en: '{count} {count:device has|devices have} both an AppKey and a NwkKey, of which LoRaWAN 1.0.x knows one: the AppKey is used. If it is 1.1, give the version. In a list of ChirpStack the NwkKey is the AppKey of 1.0.x: leave the column app_key out.',
    ja: '{count}台にAppKeyとNwkKeyの両方があります。LoRaWAN 1.0.xの鍵は1つなので、AppKeyを使います。1.1の機器ならバージョンを指定してください。ChirpStackの一覧では1.0.xのAppKeyがNwkKeyに入っているので、app_keyの列を除いてください。',
  },
  emptyTable: { en: 'it lists no device', ja: '機器が1台も書かれていません' },
  emptyTableHint: { en: 'Add a line for each', ja: '機器ごとに1行ずつ書いてください' },
  readingTable: {
    en: '{count} {count:device|devices} in {file} …',
    ja: '{file}: 機器{count}台…',
  },
  badPlace: {
    en: '--place must be LAT,LON or LAT,LON,NAME, such as 36.6953,137.2113,"Toyama station"',
    ja: '--place は「緯度,経度」または「緯度,経度,名前」で指定してください（例: 36.6953,137.2113,富山駅）',
  },
  badThreshold: {
    en: '--threshold must be NAME,QUANTITY,RAISE,CLEAR, for low values with ,below at its end',
    ja: '--threshold は「名前,項目,発報値,解除値」（NAME,QUANTITY,RAISE,CLEAR。低い値の警報は末尾に ,below）で指定してください',
  },
  lowThreshold: {
    en: '--threshold {words}: the value that clears is above the one that raises. If low values raise the alarm, write --threshold {words},below',
    ja: '--threshold {words}: 解除値が発報値より大きくなっています。低い値の警報なら --threshold {words},below と書いてください',
  },
  badRange: {
    en: '--range must be QUANTITY,MIN,MAX; one of the two may be empty',
    ja: '--range は「項目,下限,上限」（QUANTITY,MIN,MAX）で指定してください。下限か上限は空でもかまいません',
  },

  project: {
    en: 'outside projects: their limits and devices, and how their codecs are doing',
    ja: '外部プロジェクトの上限・機器・コーデックの状況を表示',
  },
  projectList: { en: 'list the projects, a line each', ja: 'プロジェクトの一覧を1行ずつ表示' },
  projectShow: {
    en: 'show a project: its limits, devices, destinations, and its codecs since the gateway started',
    ja: '1つのプロジェクトの上限・機器・送信先と、起動後のコーデックの状況を表示',
  },
  projectName: { en: 'name of the project', ja: 'プロジェクト名' },
  projectNote: {
    en: 'A project is a [[project]] table with its limits. Its readings go to the [[destination]] that lists it in tenants; its devices are registered with: machimori device add … --project NAME',
    ja: 'プロジェクトは、上限を書いた [[project]] テーブルです。測定値は、tenants にその名前がある [[destination]] へ送られます。機器は machimori device add … --project NAME で登録します。',
  },
  sayWhichProject: { en: 'Say which; there are: {known}', ja: 'プロジェクトを指定してください: {known}' },
  noSuchProject: {
    en: 'There is no project "{name}"; there are: {known}',
    ja: '「{name}」というプロジェクトはありません。設定済み: {known}',
  },
  none: { en: 'none', ja: 'なし' },
  noProjects: { en: 'There is no project.', ja: 'プロジェクトはありません。' },
  projectLine: {
    en: '{name}: {devices} of {max} devices, {readings} {readings:reading|readings}, {perHour}/h, quota {quota}, {destinations}',
    ja: '{name}: 機器{devices}台（上限{max}台）、測定値{readings}件、毎時{perHour}件まで、容量{quota}、{destinations}',
  },
  toDestinations: { en: 'to {names}', ja: '送信先 {names}' },
  toNone: { en: 'no destination', ja: '送信先なし' },
  codecColumn: { en: 'codec', ja: 'コーデック' },
  callsColumn: { en: 'calls', ja: '呼び出し' },
  failuresColumn: { en: 'failures', ja: '失敗' },
  lastFaultColumn: { en: 'last fault', ja: '最後の失敗' },
  codecSuspended: { en: 'suspended for {s} s', ja: '停止中（あと{s}秒）' },

  downlink: {
    en: 'what to send to a LoRaWAN device at its next uplink',
    ja: 'LoRaWAN機器の次の通信で送るデータの管理',
  },
  downlinkSend: { en: 'queue bytes for a device', ja: '機器へ送るデータを送信待ちに加える' },
  downlinkList: { en: 'list what waits for a device', ja: '送信待ちの一覧' },
  numberColumn: { en: 'id', ja: '番号' },
  portColumn: { en: 'port', ja: 'ポート' },
  bytesColumn: { en: 'bytes', ja: 'データ' },
  confirmedColumn: { en: 'confirmed', ja: '確認応答' },
  triesColumn: { en: 'tries', ja: '送信回数' },
  expiresColumn: { en: 'expires', ja: '期限' },
  yes: { en: 'yes', ja: 'あり' },
  no: { en: 'no', ja: 'なし' },
  nothingWaits: { en: 'Nothing waits for this device.', ja: 'この機器への送信待ちはありません。' },
  downlinkCancel: { en: 'cancel what waits for a device', ja: '送信待ちを取り消す' },
  downlinkDevice: { en: 'name of the device', ja: '機器名' },
  optionPort: { en: 'port, 1 to 223', ja: 'ポート番号、1～223' },
  optionHex: { en: 'bytes, two hexadecimal digits each', ja: '送るデータ（16進数、1バイト2桁）' },
  optionConfirmed: {
    en: 'ask the device to acknowledge; sent up to four times',
    ja: '機器の確認応答を求める（4回まで送信）',
  },
  optionExpires: {
    en: 'how long it may wait; ChirpStack decides for itself',
    ja: '送信待ちの期限（ChirpStack経由ではChirpStackの設定に従う）',
  },
  optionDownlinkIds: { en: 'only these; without it all that wait', ja: 'この番号だけ（省略すると全件）' },
  downlinkNote: {
    en: 'At most 16 wait for a device. The result of each becomes a reading of kind status: sent, acknowledged, not-acknowledged, expired or unknown.',
    ja: '送信待ちは機器ごとに16件までです。結果は種別statusの測定値になります: sent、acknowledged、not-acknowledged、expired、unknown。',
  },
  badHex: {
    en: '--hex must be hexadecimal digits, two a byte',
    ja: '--hex は16進数、1バイト2桁で指定してください',
  },
  longHex: {
    en: '--hex may have at most {max} bytes',
    ja: '--hex に指定できるのは{max}バイトまでです',
  },
  queued: {
    en: 'Downlink {id} waits for the next uplink of {device}.',
    ja: '{device} の次の通信で送信します（番号 {id}）。',
  },
  cancelled: {
    en: '{count} {count:downlink was|downlinks were} cancelled.',
    ja: '{count}件を取り消しました。',
  },
});
