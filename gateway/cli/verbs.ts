/** Every verb of the command line, in the order of the help, with its code, which is loaded when the verb is used. */
import { group, type Verb, verb } from './verb.ts';
import * as carry from './verbs/carry.ts';
import * as command from './verbs/command.ts';
import * as config from './verbs/config.ts';
import * as console from './verbs/console.ts';
import * as decoding from './verbs/decode.ts';
import * as gateway from './verbs/gateway.ts';
import * as hub from './verbs/hub.ts';
import * as log from './verbs/log.ts';
import * as lorawan from './verbs/lorawan.ts';
import * as operator from './verbs/operator.ts';
import * as output from './verbs/output.ts';
import * as privacy from './verbs/privacy.ts';
import { probeUsage } from './verbs/probe.ts';
import { recordUsage, replayUsage } from './verbs/recording.ts';
import * as release from './verbs/release.ts';
import { reportUsage } from './verbs/report.ts';
import * as rig from './verbs/rig.ts';
import { setUpUsage } from './verbs/setup.ts';
import * as simulation from './verbs/simulate.ts';
import { testReceiverUsage } from './verbs/test-receiver.ts';

export const VERBS: readonly Verb[] = [
  verb(gateway.runUsage, async () => (await import('./run.ts')).run),
  verb(gateway.checkUsage, async () => (await import('./check.ts')).check),
  verb(gateway.configUsage, async () => (await import('./config.ts')).config),
  verb(gateway.statusUsage, async () => (await import('./status.ts')).status),
  verb(gateway.maintenanceUsage, async () => (await import('./maintenance.ts')).maintenance),
  verb(gateway.doctorUsage, async () => (await import('./doctor.ts')).doctor),
  verb(log.logUsage, async () => (await import('./log.ts')).log),
  verb(log.framesUsage, async () => (await import('./frames.ts')).frames),
  verb(log.supportUsage, async () => (await import('./support.ts')).support),
  verb(probeUsage, async () => (await import('./probe.ts')).probe),
  verb(config.setUsage, async () => (await import('./change-config.ts')).set),
  verb(config.addUsage, async () => (await import('./change-config.ts')).add),
  verb(config.removeUsage, async () => (await import('./change-config.ts')).remove),
  verb(config.applyUsage, async () => (await import('./change-config.ts')).apply),
  verb(config.undoUsage, async () => (await import('./change-config.ts')).undo),
  group(output.outputUsage, [
    verb(output.listOutputsUsage, async () => (await import('./outputs.ts')).listOutputs),
    verb(output.testOutputUsage, async () => (await import('./outputs.ts')).testOutput),
    verb(output.silenceOutputUsage, async () => (await import('./outputs.ts')).silenceOutput),
  ]),
  group(console.consoleUsage, [
    verb(console.passwordUsage, async () => (await import('./console.ts')).password),
    verb(console.accountsUsage, async () => (await import('./console.ts')).listAccounts),
    verb(console.removeAccountUsage, async () => (await import('./console.ts')).remove),
    verb(console.fingerprintUsage, async () => (await import('./console.ts')).fingerprint),
    verb(console.consoleAuditUsage, async () => (await import('./console.ts')).printAudit),
  ]),
  group(hub.gatewayUsage, [
    verb(hub.enrolGatewayUsage, async () => (await import('./gateways.ts')).enrolGateway),
    verb(hub.listGatewaysUsage, async () => (await import('./gateways.ts')).listGateways),
    verb(hub.permissionsUsage, async () => (await import('./gateways.ts')).printPermissions),
    verb(hub.revocationListUsage, async () => (await import('./hub-certificates.ts')).printRevocationList),
    verb(hub.hubCertificateUsage, async () => (await import('./hub-certificates.ts')).makeHubCertificate),
    verb(hub.revokeGatewayUsage, async () => (await import('./gateways.ts')).revokeGateway),
    verb(hub.acceptGatewaysUsage, async () => (await import('./gateways.ts')).acceptGateways),
  ]),
  group(command.commandUsage, [
    verb(command.sendCommandUsage, async () => (await import('./orders.ts')).sendCommand),
    verb(command.listCommandsUsage, async () => (await import('./orders.ts')).listCommands),
    verb(command.showCommandUsage, async () => (await import('./orders.ts')).showCommand),
    verb(command.commandKeyUsage, async () => (await import('./orders.ts')).printCommandKey),
  ]),
  group(operator.operatorUsage, [
    verb(operator.addOperatorUsage, async () => (await import('./operators.ts')).addOperator),
    verb(operator.listOperatorsUsage, async () => (await import('./operators.ts')).listOperators),
    verb(operator.revokeOperatorUsage, async () => (await import('./operators.ts')).revokeOperator),
    verb(operator.acceptOperatorsUsage, async () => (await import('./operators.ts')).acceptOperators),
    verb(operator.listKeyUsage, async () => (await import('./operators.ts')).printListKey),
    verb(operator.operatorKeysUsage, async () => (await import('./operator-keys.ts')).makeOperatorKeys),
    verb(operator.openSightingsUsage, async () => (await import('./operator-open.ts')).openSightings),
    verb(operator.operatorAccountUsage, async () => (await import('./operator-asking.ts')).changeAccount),
    verb(operator.operatorAuditUsage, async () => (await import('./operator-asking.ts')).printAudit),
  ]),
  group(lorawan.deviceUsage, [
    verb(lorawan.addDevicesUsage, async () => (await import('./device.ts')).addDevices),
    verb(lorawan.listDevicesUsage, async () => (await import('./device.ts')).listDevices),
    verb(lorawan.setDevicesUsage, async () => (await import('./device.ts')).setDevices),
    verb(lorawan.forgetNoncesUsage, async () => (await import('./device.ts')).forgetNonces),
    verb(lorawan.testDeviceUsage, async () => (await import('./test-device.ts')).testDevice),
    verb(lorawan.removeDevicesUsage, async () => (await import('./device.ts')).removeDevices),
  ]),
  group(lorawan.projectUsage, [
    verb(lorawan.listProjectsUsage, async () => (await import('./project.ts')).listProjects),
    verb(lorawan.showProjectUsage, async () => (await import('./project.ts')).showProject),
  ]),
  group(lorawan.downlinkUsage, [
    verb(lorawan.sendDownlinkUsage, async () => (await import('./downlink.ts')).sendDownlink),
    verb(lorawan.listDownlinksUsage, async () => (await import('./downlink.ts')).listDownlinks),
    verb(lorawan.cancelDownlinksUsage, async () => (await import('./downlink.ts')).cancelDownlinks),
  ]),
  group(carry.refusedUsage, [
    verb(carry.listRefusedUsage, async () => (await import('./refused.ts')).listRefused),
    verb(carry.retryRefusedUsage, async () => (await import('./refused.ts')).retryRefused),
    verb(carry.dropRefusedUsage, async () => (await import('./refused.ts')).dropRefused),
  ]),
  group(privacy.privacyUsage, [
    verb(privacy.reportPrivacyUsage, async () => (await import('./privacy.ts')).report),
    verb(privacy.erasePrivacyUsage, async () => (await import('./privacy.ts')).erase),
  ]),
  verb(setUpUsage, async () => (await import('./setup.ts')).setup),
  group(release.releaseUsage, [
    verb(release.listReleasesUsage, async () => (await import('./release/box.ts')).listReleases),
    verb(release.installReleaseUsage, async () => (await import('./release/box.ts')).installRelease),
    verb(release.takeUpReleaseUsage, async () => (await import('./release/box.ts')).takeUpRelease),
    verb(release.rollBackUsage, async () => (await import('./release/box.ts')).rollBack),
    verb(release.makeReleaseUsage, async () => (await import('./release/make.ts')).make),
    verb(release.verifyReleaseUsage, async () => (await import('./release/make.ts')).verifyReleases),
    verb(release.rollOutUsage, async () => (await import('./release/roll-out.ts')).rollOut),
    verb(release.publishReleaseUsage, async () => (await import('./release/make.ts')).publishReleases),
  ]),
  verb(carry.exportUsage, async () => (await import('./export.ts')).exportParcel),
  verb(carry.importUsage, async () => (await import('./import.ts')).importParcel),
  verb(carry.settleUsage, async () => (await import('./settle.ts')).settle),
  verb(reportUsage, async () => (await import('./report.ts')).report),
  verb(recordUsage, async () => (await import('./record.ts')).record),
  verb(replayUsage, async () => (await import('./replay.ts')).replay),
  verb(decoding.decodeUsage, async () => (await import('./decode.ts')).decode),
  group(decoding.codecUsage, [
    verb(decoding.testCodecUsage, async () => (await import('./codec/test.ts')).testCodec),
    verb(decoding.runCodecUsage, async () => (await import('./codec/run.ts')).runCodec),
  ]),
  verb(simulation.simulateUsage, async () => (await import('./simulate.ts')).simulate),
  group(rig.rigUsage, [
    verb(rig.runRigUsage, async () => (await import('./rig/run.ts')).runRig),
    verb(rig.checkRigUsage, async () => (await import('./rig/check.ts')).checkRig),
    verb(rig.rigConfigUsage, async () => (await import('./rig/config.ts')).rigConfig),
    verb(rig.rigFaultsUsage, async () => (await import('./rig/faults.ts')).rigFaults),
    verb(rig.setRigUsage, async () => (await import('./rig/tell.ts')).setRig),
    verb(rig.faultRigUsage, async () => (await import('./rig/tell.ts')).faultRig),
    verb(rig.clearRigUsage, async () => (await import('./rig/tell.ts')).clearRig),
  ]),
  verb(testReceiverUsage, async () => (await import('./test-receiver/test-receiver.ts')).testReceiver),
  verb(simulation.demoUsage, async () => (await import('./demo/demo.ts')).demo),
  verb(gateway.completionUsage, async () => {
    const { completion } = await import('./completion.ts');
    return (called) => completion(called, VERBS);
  }),
];
