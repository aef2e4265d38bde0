import { sentences } from '../../shared/text.ts';

export const say = sentences('lorawan', {
  // The register
  registerUnreadable: {
    en: 'the register of devices cannot be read ({why})',
    ja: '機器の登録簿を読み込めません（{why}）',
  },
  restoreRegister: {
    en: 'Restore it from a backup, or move it away and register the devices again',
    ja: 'バックアップから復元するか、別の場所に移して機器を登録し直してください',
  },
  theDevice: { en: 'device "{id}"', ja: '機器「{id}」' },
  registerFirst: {
    en: 'Register it first with: machimori device add <config.toml>',
    ja: '先に「machimori device add <設定ファイル>」で登録してください',
  },
  onlyForOtaa: {
    en: 'only devices that join (OTAA) have DevNonces',
    ja: 'DevNonceがあるのはジョインする機器（OTAA）だけです',
  },
  onlyForAbp: {
    en: 'rx1-delay and rx2-data-rate are for devices with fixed keys (ABP); others are told when they join',
    ja: 'rx1-delay と rx2-data-rate は固定鍵（ABP）の機器用です。ほかの機器にはジョイン時に伝わります',
  },
  leaveItOut: { en: 'Leave it out', ja: 'この機器を除いてください' },
  leaveThemOut: { en: 'Leave them out', ja: '指定しないでください' },
  noDownlinkRate: {
    en: '{region} has no data rate {dataRate} for downlinks',
    ja: '{region}にダウンリンクのデータレート{dataRate}はありません',
  },
  downlinkRates: { en: 'It has: {rates}', ja: '使用できる値: {rates}' },
  notRegistered: { en: 'it is not registered', ja: '登録されていません' },
  tooManyDevices: { en: '{max} devices are registered already', ja: '機器はすでに上限の{max}台に達しています' },
  removeSome: { en: 'Remove some', ja: '不要な機器を削除してください' },
  nameTaken: { en: 'another device already has this name', ja: '同じ名前の機器がすでにあります' },
  giveOwnName: { en: 'Give each a name of its own', ja: '機器ごとに異なる名前を付けてください' },
  configuredNameTaken: {
    en: 'a device in the configuration has the same name',
    ja: '設定ファイルに同じ名前の機器があります',
  },
  namedLikeFamily: {
    en: 'a device that {family} names by its topic might be called {id} too',
    ja: '{family} がトピックから名付ける機器と {id} が重なる可能性があります',
  },
  devEuiTaken: { en: 'DevEUI {devEui} is already registered', ja: 'DevEUI {devEui}はすでに登録されています' },
  removeOther: { en: 'Remove the other device first', ja: '先にもう一方の機器を削除してください' },
  noProject: { en: 'there is no project "{project}"', ja: 'プロジェクト「{project}」がありません' },
  defineProject: { en: 'Define it with a [[project]] table', ja: '[[project]] テーブルで定義してください' },
  projectFull: {
    en: 'project "{project}" already has its {max} devices',
    ja: 'プロジェクト「{project}」の機器はすでに上限の{max}台です',
  },
  raiseMaxDevices: { en: 'Raise its max-devices', ja: 'そのmax-devicesを増やしてください' },
  noProfile: { en: 'there is no profile "{profile}"', ja: 'プロファイル「{profile}」がありません' },
  noProfiles: { en: 'No profile is defined yet', ja: 'プロファイルがまだ1つもありません' },
  defineProfile: {
    en: 'A [[profile]] table with type = "lorawan" defines a profile. {suggestion}',
    ja: 'プロファイルは type = "lorawan" の [[profile]] テーブルで定義します。{suggestion}',
  },
  keysMissing: { en: 'its {names} {count:is|are} missing', ja: '{names}がありません' },
  giveKeys: {
    en: '{activation} of LoRaWAN {version} needs {count:it|them}: in the file of --key-file, or in a column of the table',
    ja: 'LoRaWAN {version}の{activation}に必要です。--key-fileのファイルか、表の列で指定してください',
  },
  devAddrMissing: { en: 'its DevAddr is missing', ja: 'DevAddrがありません' },
  abpNeedsIt: { en: 'ABP needs it', ja: 'ABPに必要です' },
  joinEuiMissing: { en: 'its JoinEUI is missing', ja: 'JoinEUIがありません' },
  otaaNeedsIt: {
    en: 'OTAA needs it; many makers call it AppEUI',
    ja: 'OTAAに必要です。多くのメーカーはAppEUIと呼んでいます',
  },

  // Its settings
  mustBe: { en: 'must be {what}', ja: 'には{what}を指定してください' },
  mustBeDigits: {
    en: 'must be {what}: {count} hexadecimal digits',
    ja: 'には{what}を16進数{count}桁で指定してください',
  },
  aKey: { en: 'a key', ja: '鍵' },
  aDevEui: { en: 'a DevEUI', ja: 'DevEUI' },
  aJoinEui: { en: 'a JoinEUI', ja: 'JoinEUI' },
  aDevAddr: { en: 'a DevAddr', ja: 'DevAddr' },
  wholeSeconds: { en: 'must be 1 to 15 whole seconds', ja: 'は1～15秒の整数秒で指定してください' },
  aDataRate: { en: 'must be a data rate, 0 to 15', ja: 'はデータレート（0～15）で指定してください' },
  activations: {
    en: 'must be "otaa", "abp" or "chirpstack"',
    ja: 'は "otaa"、"abp"、"chirpstack" のいずれかで指定してください',
  },
  versions: { en: 'must be one of {versions}', ja: 'は{versions}のいずれかで指定してください' },

  // Its keys
  keyFileUnusable: {
    en: 'the key of the registered devices cannot be used ({why})',
    ja: '登録機器の鍵ファイルを使えません（{why}）',
  },
  notHex: { en: 'it does not hold 64 hexadecimal digits', ja: '16進数64桁ではありません' },
  worldReadable: { en: 'every user may read it', ja: 'すべてのユーザーが読める状態です' },
  keyFileGone: {
    en: 'Restore it from its backup. If there is none, the devices must be registered again',
    ja: 'バックアップから復元してください。バックアップがない場合は、機器を登録し直す必要があります',
  },
  keyFileDenied: {
    en: 'Run the command as the user of the gateway, or with sudo. If it is the gateway that says so, chown the file to its user',
    ja: 'ゲートウェイのユーザーまたはsudoでコマンドを実行してください。ゲートウェイ自身がこう表示する場合は、chownでファイルの所有者をそのユーザーにしてください',
  },
  protectKeyFile: {
    en: 'It must be a file of 64 hexadecimal digits that only the gateway may read: chmod 640 {file}',
    ja: '16進数64桁のファイルで、ゲートウェイだけが読めるようにしてください: chmod 640 {file}',
  },
  notThisKey: {
    en: 'the keys ({purpose}) were not encrypted with this key, or are damaged',
    ja: '鍵（{purpose}）がこの鍵で暗号化されていないか、破損しています',
  },
  restoreKeyFile: {
    en: 'Restore the right key file from its backup, or register the device again',
    ja: '正しい鍵ファイルをバックアップから復元するか、機器を登録し直してください',
  },

  // Device lists
  noColumn: { en: 'the heading has no column {name}', ja: '見出しに列{name}がありません' },
  beginWith: { en: 'Begin with: {heading}', ja: '先頭行を次のようにしてください: {heading}' },
  addProfile: {
    en: 'Add the column, or give all devices one with --profile',
    ja: '列を追加するか、--profile で全機器のプロファイルを指定してください',
  },
  tableTooLong: { en: 'the table is too long', ja: '表が長すぎます' },
  splitIt: { en: 'Split it', ja: '表を分割してください' },
  tooManyCells: {
    en: 'it has {cells} cells, the heading {columns}',
    ja: 'セルが{cells}個ありますが、見出しは{columns}列です',
  },
  quoteOpen: { en: 'a quote that opens here is never closed', ja: 'ここで始まる引用符が閉じられていません' },
  closeQuote: { en: 'Close it, or remove it', ja: '閉じるか、削除してください' },
  lineTooLong: { en: 'it does not end within {max} bytes', ja: '{max}バイト以内に行が終わりません' },
  saveAsCsv: {
    en: 'Close its quotes, or save the table as CSV (UTF-8)',
    ja: '引用符を閉じるか、表をCSV（UTF-8）で保存してください',
  },
  quoteText: { en: 'Put quotes around text', ja: '文字列を引用符で囲んでください' },
  notAQrCode: { en: 'it is not the QR code of a LoRaWAN device', ja: 'LoRaWAN機器のQRコードではありません' },
  qrForm: {
    en: 'It begins with LW:D0: and has the JoinEUI, the DevEUI and the ProfileID, separated by colons',
    ja: 'LW:D0:で始まり、JoinEUI、DevEUI、ProfileIDがコロンで区切られている必要があります',
  },
  namesNoKey: { en: 'it does not name a key', ja: '鍵の名前がありません' },
  keyLength: {
    en: 'the key does not have 32 hexadecimal digits',
    ja: '鍵が16進数32桁ではありません',
  },
  keyForm: {
    en: 'Write the AppKey alone, or a line for each of {names}: AppKey = …',
    ja: 'AppKeyだけを書くか、{names}のそれぞれを1行ずつ書いてください: AppKey = …',
  },

  // Joins
  registeredForAbp: {
    en: 'it wants to join, but is registered for ABP',
    ja: 'ジョイン要求がありましたが、ABPで登録されています',
  },
  otherJoinEui: {
    en: 'it joins with JoinEUI {joinEui}, but is registered with {registered}',
    ja: 'JoinEUI {joinEui}でジョインしていますが、登録は{registered}です',
  },
  wrongRootKey: {
    en: 'its join-request does not match its key: compare the AppKey (1.1: NwkKey)',
    ja: 'ジョイン要求が鍵と合いません。AppKey（1.1ではNwkKey）を確かめてください',
  },
  nonceUsed: {
    en: 'DevNonce {devNonce} was used before: a replay, or the device lost its count. If it did: machimori device forget-nonces <config.toml> {id}',
    ja: 'DevNonce {devNonce}は使用済みです。再送攻撃か、機器が使用済みの値を失っています。後者の場合: machimori device forget-nonces <設定ファイル> {id}',
  },
  nonceBelow: {
    en: 'DevNonce {devNonce} is new but below {last}, the last one: the device lost its count. To let it in: machimori device forget-nonces <config.toml> {id}',
    ja: 'DevNonce {devNonce}は未使用ですが、前回の{last}を下回っています。機器が値を失っています。接続を許すには: machimori device forget-nonces <設定ファイル> {id}',
  },

  // Frames
  noStationMaySend: {
    en: 'no station may send in either receive window',
    ja: 'どちらの受信窓でも送信できる基地局がありません',
  },
  impossibleRssi: { en: 'no station hears at {rssi} dBm', ja: '{rssi} dBmで受信できる基地局はありません' },
  impossibleSnr: { en: 'no station hears at an SNR of {snr} dB', ja: 'SNR {snr} dBで受信できる基地局はありません' },
  impossibleFrequency: {
    en: 'no station hears on {frequencyHz} Hz',
    ja: '{frequencyHz} Hzで受信できる基地局はありません',
  },
  tooManyFrames: { en: 'more frames than can be processed', ja: '処理しきれない数のフレームが届きました' },
  wrongKeys: {
    en: 'a frame with DevAddr {devAddr}, which is that of {id}, does not match its keys: it belongs to another network, or the keys are wrong',
    ja: '{id}のDevAddr {devAddr}のフレームが鍵と合いません。別のネットワークの機器か、鍵の誤りです',
  },
  countsAgain: {
    en: 'it counts from {fCnt} again after {last}: register it again, or with --allow-counter-reset',
    ja: 'カウンターが{last}の後、{fCnt}に戻りました。登録し直すか、--allow-counter-resetを付けて登録してください',
  },
  cameBefore: {
    en: 'frame {fCnt} was received before, or is older than frame {last}',
    ja: 'フレーム{fCnt}は受信済みか、フレーム{last}より古いものです',
  },
  overLimit: {
    en: 'project {project} sends more than its uplinks-per-hour',
    ja: 'プロジェクト{project}の送信数がuplinks-per-hourを超えています',
  },

  // Payloads
  profileGone: { en: 'profile "{profile}" no longer exists', ja: 'プロファイル「{profile}」がなくなりました' },
  codecSays: { en: 'the codec says: {errors}', ja: 'コーデックからの通知: {errors}' },
  valuesOmitted: {
    en: '{count} of the values that the codec gave are too many, too deep, too long or not a number',
    ja: 'コーデックが返した値のうち{count}個は、数、入れ子の深さ、長さのいずれかが上限を超えているか、数値ではありません',
  },
  noValues: { en: 'the codec gave no values', ja: 'コーデックから値が返りませんでした' },

  // ChirpStack
  devEuiNotRegistered: {
    en: 'the device with DevEUI {devEui} is not registered',
    ja: 'DevEUI {devEui}の機器は登録されていません',
  },
  devEuiRegisteredAs: {
    en: 'the device with DevEUI {devEui} is registered as {activation}',
    ja: 'DevEUI {devEui}の機器は{activation}として登録されています',
  },
  chirpstackSays: { en: 'ChirpStack says {code}: {description}', ja: 'ChirpStackからの通知 {code}: {description}' },
  applicationUnknown: {
    en: 'its application is not known, since ChirpStack has not sent anything from it yet',
    ja: 'ChirpStackからまだ何も届いていないため、アプリケーションが分かりません',
  },
  waitForUplink: {
    en: 'Wait for its first uplink, or set application of port "{port}"',
    ja: '最初のアップリンクを待つか、ポート「{port}」のapplicationを設定してください',
  },
  notQueued: {
    en: "ChirpStack's broker has not accepted the downlink ({why})",
    ja: 'ChirpStackのブローカーがダウンリンクを受け付けませんでした（{why}）',
  },
  tryWhenOpen: {
    en: 'See machimori status, and try again when the port is open',
    ja: 'machimori statusで確認し、ポートが開いてからもう一度実行してください',
  },
});
