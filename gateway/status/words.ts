import { sentences } from '../../shared/text.ts';

export const say = sentences('status', {
  outputFailed: {
    en: 'Output {output} does not do what it is told ({why}); it is tried again',
    ja: '出力 {output} が指示どおりに動作していません（{why}）。再試行しています',
  },
  configTakenBack: {
    en: 'The change of the configuration at {at} was taken back: the city OS was not reached with it. See it with: machimori undo --list',
    ja: '{at} の設定変更は、都市OSに接続できなかったため元に戻しました。「machimori undo --list」で確認できます',
  },
  configNotStarted: {
    en: 'The change of the configuration at {at} was taken back: the gateway did not start with it. Its log says why',
    ja: '{at} の設定変更は、ゲートウェイが起動できなかったため元に戻しました。理由はログにあります',
  },
  configOnlyInMemory: {
    en: 'A change of the configuration was taken back at {at}, and the file does not hold what runs now: mend it and use machimori apply, or machimori undo, or the next start tries what is in it',
    ja: '{at} に設定の変更を取り消しましたが、設定ファイルは稼働中の内容と異なります。修正して「machimori apply」を実行するか、「machimori undo」で戻してください。そのままでは次の起動時に読み込まれます',
  },
  clockNotSet: {
    en: 'The clock has not been set; readings wait for it',
    ja: '時計が未同期です。測定値は同期を待っています',
  },
  ownClockAhead: {
    en: 'The clock of this box is {off} ahead of GPS. Check its time service (timedatectl); with synchronised = "never" under [clock] the gateway goes by GPS alone',
    ja: 'このボックスの時計はGPSより{off}進んでいます。時刻サービス（timedatectl）を確認してください。[clock] の synchronised = "never" で、GPSだけに従わせることもできます',
  },
  ownClockBehind: {
    en: 'The clock of this box is {off} behind GPS. Check its time service (timedatectl); with synchronised = "never" under [clock] the gateway goes by GPS alone',
    ja: 'このボックスの時計はGPSより{off}遅れています。時刻サービス（timedatectl）を確認してください。[clock] の synchronised = "never" で、GPSだけに従わせることもできます',
  },
  gatewaysUnreadable: {
    en: 'no gateway may send to this hub: {why}',
    ja: 'どのゲートウェイからも受け取れません: {why}',
  },
  gatewaysRestored: {
    en: 'the list of enrolled gateways has gone back, and no gateway can be enrolled or revoked: {why}',
    ja: '登録済みゲートウェイの一覧が以前の内容に戻っているため、登録も取り消しもできません: {why}',
  },
  operatorsUnreadable: {
    en: "the operators' list cannot be signed, and edges stop reporting tags when their last one ends: {why}",
    ja: '事業者一覧に署名できません。最後の一覧の期限が切れると、エッジはタグを報告しなくなります: {why}',
  },
  operatorsOver: {
    en: "The operators' list ended at {at}, so that no operator's tag is reported. A newer one comes once the hub is reached; check the connection and the hub",
    ja: '事業者一覧の期限（{at}）が切れたため、事業者のタグは報告されません。ハブにつながれば新しい一覧が届きます。通信とハブを確認してください',
  },
  operatorsUnsure: {
    en: "No operator's tag is reported until the clock is set, since the operators' list may have ended",
    ja: '時計が同期するまで、事業者のタグは報告されません（事業者一覧の期限を確認できないため）',
  },
  operatorsRefused: {
    en: "An operators' list was not applied: {why}. If the hub has a new key or was restored, enrol this gateway again or change the list there; otherwise find who sends it",
    ja: '事業者一覧を適用しませんでした: {why}。ハブの鍵が変わったか復元された場合は、このゲートウェイを登録し直すかハブで一覧を更新してください。そうでなければ送信元を調べてください',
  },
  tagsDropped: {
    en: "{count} {count:sighting|sightings} of operators' tags {count:was|were} dropped since the start, the last within an hour: more came at once than this box can seal, or sealing failed (the log says which). Use a longer window at its detectors, narrower patterns, or a faster box",
    ja: '起動後、事業者のタグの検知 {count} 件を破棄しました（最後は1時間以内）。一度に暗号化できる数を超えたか、暗号化に失敗しました（ログを確認してください）。検知器の window を長くするか、事業者のパターンを絞るか、より速い機器に替えてください',
  },
  gatewayRival: {
    en: 'two boxes send as {gateway}: a copied card, or one id given twice. Find the other one, and give it an id and enrolment of its own',
    ja: '{gateway} の名前で2台が送信しています（カードの複製、またはidの重複）。もう1台を見つけて、別のidで登録し直してください',
  },
  gatewayNeverHeard: {
    en: '{gateway} was enrolled {since} ago and has never been heard. Check that it runs, has its enrolment-file and reaches this hub; or revoke it (machimori gateway revoke)',
    ja: '{gateway} は{since}前に登録されましたが、まだ一度も受信がありません。稼働、enrolment-file、このハブへの接続を確認するか、登録を取り消してください（machimori gateway revoke）',
  },
  gatewayGone: {
    en: '{gateway} was stopped {since} ago, as it said, and has not come back. Start it; or revoke it (machimori gateway revoke)',
    ja: '{gateway} は{since}前に正常に停止した後、再開していません。起動するか、登録を取り消してください（machimori gateway revoke）',
  },
  tooManyJudged: {
    en: 'More devices send than this hub can judge by its [[watch]] tables; the readings of the others pass unjudged. Choose fewer with tenants, groups or devices',
    ja: '[[watch]] で判定できる台数を超える機器が送信しています。超えた分の測定値は判定せずに通しています。tenants、groups、devices で対象を絞ってください',
  },
  gatewaySilent: {
    en: '{gateway} has not been heard for {since}. Check its power and its connection',
    ja: '{gateway} から{since}受信がありません。電源と通信を確認してください',
  },
  registerUnreadable: {
    en: 'LoRaWAN devices are not served without their register: {why}',
    ja: 'LoRaWAN機器の登録簿を読めないため、受信できません: {why}',
  },
  keysUnusable: {
    en: 'LoRaWAN devices are not served without their keys: {why}',
    ja: 'LoRaWAN機器の鍵を使えないため、受信できません: {why}',
  },
  misfits: {
    en: '{count} registered {count:device no longer fits|devices no longer fit} the configuration ({id}: {why}). Restore the configuration, or remove the devices and register them again',
    ja: '登録済みの機器{count}台が現在の設定と合いません（{id}: {why}）。設定を戻すか、機器を登録し直してください',
  },
  bufferUnwritable: {
    en: "The buffer ({file}) cannot be written ({why}); free space on its disk or check the disk's health",
    ja: 'バッファ（{file}）に書き込めません（{why}）。ディスクの空き容量と状態を確認してください',
  },
  diskNearlyFull: {
    en: 'The disk of the buffer ({file}) is nearly full; new readings replace the oldest. Free space on it',
    ja: 'バッファ（{file}）のディスクの空きがわずかです。古い測定値から上書きされます。空き容量を増やしてください',
  },
  bufferNearlyFull: {
    en: 'The buffer is nearly full ({used} of {max} MB). Once full, it drops the oldest readings and reports them to the city OS. Repair the link, raise max-size, or carry the backlog by hand: machimori export',
    ja: 'バッファがほぼ満杯です（{max} MB中{used} MB）。満杯になると古い測定値から破棄し、都市OSに通知します。回線の復旧、max-sizeの拡大、またはmachimori exportでの持ち出しを行ってください',
  },
  ofOthers: {
    en: 'The buffer holds {count} {count:message|messages} for {name} of gateway {gateway}, whose file it was or whose id was changed. They are not sent under another name. Carry them by hand: machimori export --gateway {gateway}; or set the id back',
    ja: 'バッファに、ゲートウェイ {gateway} の {name} 宛てデータが{count}件残っています（別のゲートウェイのファイルか、idの変更）。別の名前では送信しません。machimori export --gateway {gateway} で持ち出すか、idを元に戻してください',
  },
  disconnected: {
    en: 'Destination {name} is not connected ({why}); {next}; readings are kept in the buffer',
    ja: '送信先 {name} に接続できません（{why}）。{next}。測定値はバッファに保存しています',
  },
  awaited: { en: 'the gateway waits for it to dial in', ja: '機器からの接続を待っています' },
  triedNow: { en: 'it is being tried', ja: '接続を試みています' },
  triedSteadily: { en: 'it is tried again within seconds', ja: '数秒以内に繰り返し再試行します' },
  triedIn: { en: 'the next attempt is in {time}', ja: '次の試行は{time}後です' },
  noReceipts: {
    en: 'Destination {name} is connected, but what is sent gets no receipt ({why}); readings are kept in the buffer. Check that the city OS runs and that the broker lets this gateway publish and read its receipts, and takes messages of this size',
    ja: '送信先 {name} に接続していますが、受領確認が届きません（{why}）。測定値はバッファに保存しています。都市OSの稼働と、ブローカーの権限・メッセージサイズの上限を確認してください',
  },
  passedOver: {
    en: 'Destination {name} answers, but not for {count} {count:batch|batches}: they are tried again now and then, beside the others. Look in the city OS for why it does not store them, and in the log of the broker for messages dropped as too large; machimori export carries them by hand',
    ja: '送信先 {name} は応答していますが、{count}件のバッチには受領確認がありません。ほかのバッチと並行して、ときどき再送しています。都市OSで保存できない理由と、ブローカーのログにサイズ超過の記録がないかを確認してください。machimori export で手で運ぶこともできます',
  },
  tooLarge: {
    en: 'The broker of destination {name} did not take a batch of {bytes} bytes. Batches are split and sealed within {within} bytes. Raise its limit (Mosquitto: max_packet_size, message_size_limit), or lower batch-readings; a higher limit is found within hours, or at once by a restart',
    ja: '送信先 {name} のブローカーが{bytes}バイトのバッチを受け付けませんでした。バッチを分割し、{within}バイト以内にしています。ブローカーの上限（Mosquittoでは max_packet_size、message_size_limit）を上げるか、batch-readings を小さくしてください。上限の変更は数時間以内に反映されます（再起動すればすぐに反映）',
  },
  birthTooLarge: {
    en: 'The broker of destination {name} does not take the description of its devices ({bytes} bytes). Readings go without it: the city OS does not know new or changed devices and units. Raise the limit of the broker, or send fewer devices to one destination (tenants, groups, kinds, devices)',
    ja: '送信先 {name} のブローカーが機器の一覧（birth、{bytes}バイト）を受け付けません。測定値は一覧なしで送っています。都市OSは、追加・変更された機器や単位を知りません。ブローカーの上限を上げるか、1つの送信先に送る機器を減らしてください（tenants、groups、kinds、devices）',
  },
  refused: {
    en: 'Destination {name} refused {count} {count:reading|readings} ({why}); {count:it waits|they wait} here. See them: machimori refused list. Then send them again: refused retry, or give them up: refused drop',
    ja: '送信先 {name} が測定値{count}件を拒否しました（{why}）。ここに保管しています。machimori refused list で確認し、refused retry で再送するか、refused drop で破棄してください',
  },
  waitsTooLong: {
    en: 'Destination {name} is connected, but its oldest batch has waited for {time} without a receipt ({count} {count:waits|wait}). Look at the log of the city OS for batches that it does not answer, and at the speed of the link',
    ja: '送信先 {name} に接続していますが、最も古いバッチが{time}受領確認を待っています（待機中{count}件）。都市OSのログで応答のないバッチを確認し、回線速度も確認してください',
  },
  rival: {
    en: 'Another box sends to {name} in the name of this gateway: its card was copied, or two gateways have the same id. Both throw each other out. Give one of them its own id and start it with an empty data-directory',
    ja: '別の機器がこのゲートウェイの名前で {name} に送信しています。カードの複製か、idの重複です。互いの接続を切り合っています。どちらか一方に別のidを設定し、data-directoryを空にして起動してください',
  },
  conflicts: {
    en: 'Destination {name} had other readings under the number of {count} {count:batch|batches}; they were sent again under new numbers. This machine was set back or copied while the gateway ran: stop the gateway before a snapshot is taken, and restart it after one is restored',
    ja: '送信先 {name} には、{count}件のバッチと同じ番号で別の測定値が保存されていました。新しい番号で再送しました。稼働中に機器が以前の状態へ戻されたか、複製されています。スナップショットの取得前にゲートウェイを停止し、復元後は再起動してください',
  },
  portClosed: {
    en: 'Port {name} ({path}) is closed ({why}); check the device, its power and connection, and the settings of this port; {next}',
    ja: 'ポート {name}（{path}）が閉じています（{why}）。機器の電源と接続、ポートの設定を確認してください。{next}',
  },
  archiveClosed: {
    en: 'Port {name} cannot follow the archive {path} ({why}); it goes on where it was, and what is stored meanwhile comes then; {next}',
    ja: 'ポート {name} はアーカイブ {path} を追えません（{why}）。再開時に前回の続きから読み取ります。{next}',
  },
  sourceClosed: {
    en: 'The source of port {name} ({path}) cannot be fetched ({why}); look at it in a browser, and check url and the network of this gateway; {next}',
    ja: 'ポート {name} の取得元（{path}）から取得できません（{why}）。ブラウザーで開けるか、url とネットワークを確認してください。{next}',
  },
  unusable: {
    en: 'The source of port {name} ({path}) answers with what cannot be used: {why}',
    ja: 'ポート {name} の取得元（{path}）の応答を利用できません（{why}）',
  },
  changedShape: {
    en: 'The source of device {id} is not as its profile says ({why}); adapt its profile or row to the page. machimori decode web-table tries it on a saved page',
    ja: '機器 {id} の取得元が、プロファイルと一致しません（{why}）。ページに合わせてプロファイルまたは row を直してください。保存したページで machimori decode web-table を使って確認できます',
  },
  sourceStale: {
    en: 'The source of device {id} ({path}) answers, but has had nothing newer than {at} for {quiet} (expected within {expected}); ask whoever runs it. Planned work: machimori maintenance',
    ja: '機器 {id} の取得元（{path}）は応答していますが、{quiet}、{at} より新しい値がありません（想定は{expected}以内）。提供元に確認してください。計画作業の場合: machimori maintenance',
  },
  sourceWithoutNews: {
    en: 'The source of device {id} ({path}) answers, but has had nothing new for {quiet} (expected within {expected}); look at the page, and ask whoever runs it. Planned work: machimori maintenance',
    ja: '機器 {id} の取得元（{path}）は応答していますが、{quiet}、新しい値がありません（想定は{expected}以内）。ページを見て、提供元に確認してください。計画作業の場合: machimori maintenance',
  },
  sourceUnreached: {
    en: 'Device {id} has had nothing new for {quiet} (expected within {expected}), because the source of port {port} cannot be fetched',
    ja: '機器 {id} は、ポート {port} の取得元から取得できないため、{quiet}新しい値がありません（想定は{expected}以内）',
  },
  portRival: {
    en: 'Another client has the name of port {name} at its broker ({path}), and both throw each other out: a copied card, or two gateways with the same tenant and id. Give one of them its own id',
    ja: 'ポート {name} と同じ名前のクライアントがブローカー（{path}）に接続し、互いの接続を切り合っています。カードの複製か、テナントとidの重複です。どちらか一方に別のidを設定してください',
  },
  heldBack: {
    en: 'Port {name} ({path}) is held back: {why}',
    ja: 'ポート {name}（{path}）でデータが止まっています: {why}',
  },
  turnedAway: {
    en: 'Port {name} turned {count:a client|clients} away ({count} {count:time|times} since the start; the last: {last}). If it is one of your devices, its readings are lost until that is mended; if not, find out who reaches this port',
    ja: 'ポート {name} は接続を拒否しました（起動以来{count}回。直近: {last}）。自分の機器なら、直すまで測定値が届きません。心当たりがなければ、このポートに接続できる相手を確認してください',
  },
  tooManyStations: {
    en: 'More LoRa gateways talk to port {name} than it can remember; somebody may be inventing EUIs. List yours with stations, and find out who reaches this port',
    ja: 'ポート {name} に、記憶できる数を超えるLoRa基地局から通信があります。EUIを詐称されている可能性があります。stations に自分の基地局を列挙し、このポートに接続できる相手を確認してください',
  },
  onlyRubbish: {
    en: "Port {name} receives nothing but rubbish (the last: {last}); check the baud rate, and the device's type, options and profile",
    ja: 'ポート {name} で受信したデータを解読できません（直近: {last}）。通信速度と、機器の種類・設定・プロファイルを確認してください',
  },
  noFrames: {
    en: 'Port {name} receives bytes but no whole frame; check the baud rate and that the device is of the configured type',
    ja: 'ポート {name} はデータを受信していますが解読できません。通信速度と機器の種類を確認してください',
  },
  silent: {
    en: 'Device {id} has been silent for {quiet} (expected within {expected}); check its power, cable, battery and range. Planned work: machimori maintenance',
    ja: '機器 {id} から{quiet}報告がありません（想定は{expected}以内）。電源・ケーブル・電池・電波状態を確認してください。計画作業の場合: machimori maintenance',
  },
  deaf: {
    en: 'Detector {id} counts as deaf: it has not shown for {quiet} that it hears (expected within {expected}); {why}. Planned work: machimori maintenance',
    ja: '検知器 {id} を受信不能とみなしました。受信を確認できない状態が{quiet}続いています（想定は{expected}以内）。{why}。計画作業の場合: machimori maintenance',
  },
  neverReported: {
    en: 'Device {id} has not reported since the gateway has listened for it, {quiet} ago (expected within {expected}); check its power, cable, battery and range, and its settings here. Planned work: machimori maintenance',
    ja: '機器 {id} は、受信を始めてから{quiet}、一度も報告がありません（想定は{expected}以内）。電源・ケーブル・電池・電波状態と、設定を確認してください。計画作業の場合: machimori maintenance',
  },
  noAnswer: {
    en: 'Device {id} does not answer ({why}); check its power, wiring and address',
    ja: '機器 {id} が応答しません（{why}）。電源・配線・アドレスを確認してください',
  },
  deviceFault: {
    en: 'Device {id} reports an error ({why}); check its settings here and the device itself',
    ja: '機器 {id} がエラーを返しています（{why}）。設定と機器本体を確認してください',
  },
  codecFault: {
    en: 'Payloads of device {id} cannot be decoded ({why}); they are kept as they came. Correct its codec; machimori codec run tries it',
    ja: '機器 {id} のペイロードを解読できません（{why}）。受信した内容はそのまま保存しています。コーデックを修正してください。machimori codec run で試せます',
  },
  batteryLow: {
    en: 'The battery of device {id} is low; replace or charge it',
    ja: '機器 {id} の電池残量が少なくなっています。交換または充電してください',
  },
  clockAhead: {
    en: 'The clock of device {id} is {off} ahead; its readings get the time at which they come, and are marked. Set its clock, or the time zone and format of its times here',
    ja: '機器 {id} の時計が{off}進んでいます。測定値には受信時刻を付け、印を付けています。機器の時計か、設定の時刻の形式とタイムゾーンを直してください',
  },
  clockBehind: {
    en: 'The clock of device {id} is {off} behind; its readings get the time at which they come, and are marked. Set its clock, or the time zone and format of its times here',
    ja: '機器 {id} の時計が{off}遅れています。測定値には受信時刻を付け、印を付けています。機器の時計か、設定の時刻の形式とタイムゾーンを直してください',
  },
  stationSilent: {
    en: 'LoRa gateway {station} has not talked to port {name} for {time}; check its power and network',
    ja: '基地局 {station} からポート {name} への通信が{time}途絶えています。電源と回線を確認してください',
  },
  certificateEnds: {
    en: 'The certificate of {gateway} ends on {date}. Renew it before: machimori gateway enrol --certificate --renew, and copy the file to the box',
    ja: '{gateway} の証明書の有効期限は{date}です。期限までに machimori gateway enrol --certificate --renew で更新し、ファイルを機器にコピーしてください',
  },
  certificateEnded: {
    en: 'The certificate of {gateway} ended on {date}, and it is refused. Make another: machimori gateway enrol --certificate',
    ja: '{gateway} の証明書は{date}に期限切れになり、接続できません。machimori gateway enrol --certificate で作り直してください',
  },
  credentialEnds: {
    en: '{file} ends on {date}; renew it before, or the connection ends with it',
    ja: '{file} の有効期限は{date}です。期限までに更新しないと接続できなくなります',
  },
  credentialEnded: {
    en: '{file} ended on {date}; renew it',
    ja: '{file} は{date}に期限切れになりました。更新してください',
  },
  moreLikeThese: {
    en: '{count} more like {count:this|these}; machimori status --json lists all',
    ja: 'ほかに同様の異常が{count}件あります。machimori status --json で全件を表示します',
  },
  seconds: { en: '{count} s', ja: '{count}秒' },
  minutes: { en: '{count} min', ja: '{count}分' },
  hours: { en: '{count} h', ja: '{count}時間' },
  days: { en: '{count} {count:day|days}', ja: '{count}日' },
  noStation: {
    en: 'No LoRa gateway talks to port {name} ({path}); check its power and network, and the server address in its settings',
    ja: 'ポート {name}（{path}）に基地局からの通信がありません。電源・回線と、サーバーアドレスの設定を確認してください',
  },

  consoleClosed: {
    en: 'The console at {address} is not open: {why}',
    ja: 'コンソール（{address}）が開いていません: {why}',
  },
  orderRefused: {
    en: 'An order was refused at {at}: {why}',
    ja: '命令を拒否しました（{at}）: {why}',
  },
});
