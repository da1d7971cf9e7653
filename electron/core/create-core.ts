import { join } from 'node:path';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { MachineChecks } from '#shared/model/machine-checks.ts';
import type { RoomError } from '#shared/errors.ts';
import { foldMissingRuns } from './history/rebuild.ts';
import { reconcileEvents } from './history/reconcile-events.ts';
import { createConvertClip, convertedFolder } from './media/convert-clip.ts';
import { createSignatureReader } from './media/signature-reader.ts';
import { createMediaService, type MediaService } from './media/media-service.ts';
import { createSuccessorLinker } from './media/link-successors.ts';
import { mirrorHandlers } from './mirror/handlers.ts';
import { createMirrorDeps } from './mirror/open-mirror.ts';
import { isBucketSet } from './mirror/remote.ts';
import { createSnapshotReader } from './mirror/stored-snapshots.ts';
import { openDatabase } from './db/database.ts';
import { createDispatcher, resumersOf, type Dispatcher, type Handlers } from './dispatcher.ts';
import { createEvents, type Events } from './events.ts';
import { openDemoProvider } from './demo/open-demo-provider.ts';
import { armLaunched } from './guards/arm.ts';
import { guardHandlers } from './guards/handlers.ts';
import { createMachineHands } from './guards/machine-hands.ts';
import { historyHandlers } from './history/handlers.ts';
import { incidentHandlers } from './incidents/handlers.ts';
import { createRecogniser } from './incidents/recognise.ts';
import { instanceHandlers } from './instances/handlers.ts';
import { createFleetOpener } from './instances/open-fleet.ts';
import { createTimer } from './instances/timer.ts';
import { jobHandlers } from './jobs/handlers.ts';
import { createJobs, type Jobs } from './jobs/service.ts';
import { launchHandlers } from './launch/handlers.ts';
import { createWaitForSsh } from './launch/wait-for-ssh.ts';
import { startOwnWork } from './own-work.ts';
import type { Ports } from './ports.ts';
import { attachOpenSteps } from './remote/attach-open-steps.ts';
import { checkHandlers } from './remote/check-handlers.ts';
import { createEnvironments } from './remote/environment.ts';
import type { GuardedDeps } from './remote/guarded-step.ts';
import { gatedRepositoriesGate } from './remote/gated-gate.ts';
import { createHub } from './remote/hub.ts';
import { hubHandlers } from './remote/hub-handlers.ts';
import { loadMachineChecks } from './remote/machine-checks.ts';
import { createLaunchHistory } from './remote/launch-history.ts';
import { remoteHandlers } from './remote/remote-handlers.ts';
import { environmentHandlers, stepHandlers } from './remote/step-handlers.ts';
import { createStepShell } from './remote/step-shell.ts';
import { findWarnings, roomHandlers } from './room/handlers.ts';
import type { CheckDeps } from './review/check-deps.ts';
import { checkOrientation } from './review/check-orientation.ts';
import { reviewHandlers } from './review/handlers.ts';
import { runHandlers } from './runs/handlers.ts';
import type { ImportDeps } from './runs/import-deps.ts';
import { importFolder } from './runs/import.ts';
import { settingsHandlers } from './settings/handlers.ts';
import { secretHandlers } from './secrets/handlers.ts';
import type { SnapshotDeps } from './snapshots/deps.ts';
import { alarmHandlers } from './schedule/alarm-handlers.ts';
import { createOutside } from './schedule/outside.ts';
import { agentHandlers } from './schedule/agent-handlers.ts';
import type { ScheduleDeps } from './schedule/deps.ts';
import { scheduleHandlers } from './schedule/handlers.ts';
import { createOwnSlots } from './schedule/own-slots.ts';
import { reach } from './schedule/reach.ts';
import { createTellIncidents } from './schedule/tell-incidents.ts';
import { snapshotHandlers } from './snapshots/handlers.ts';
import { copyMachine, unsavedOf } from './snapshots/machine-copy.ts';
import { mirrorCopy } from './snapshots/mirror-copy.ts';
import { chooseProfile } from './snapshots/profiles.ts';
import { createTransferThread } from './snapshots/transfer-thread.ts';
import { sshHandlers } from './ssh/handlers.ts';
import { openSsh, type Ssh } from './ssh/open-ssh.ts';
import type { MachineShell } from './ssh/machine-shell.ts';
import { createBlindMedia } from './media/blind-media.ts';
import { studyHandlers } from './study/handlers.ts';
import { createTaskPool } from './tasks/task-pool.ts';
import { createKeyedLock } from './threads/keyed-lock.ts';
import { createToolFinder } from './tools/find-tool.ts';
import { toolHandlers } from './tools/handlers.ts';
import { createToolSupervisor } from './tools/tool-supervisor.ts';
import type { Workspace } from './workspace/workspace.ts';

export type Core = {
  readonly workspace: Workspace;
  readonly dispatcher: Dispatcher;
  readonly events: Events;
  readonly media: MediaService;
  readonly jobs: Jobs;
  /** Commands on machines. */
  readonly ssh: Ssh;
  /** Resolves when the core can't go on (its database thread died): close it and make another. Never resolves otherwise. */
  readonly lost: Promise<RoomError>;
  /** Stops work at its next safe point (`interrupted`), closes the database and ends the threads. */
  close(): Promise<void>;
};

export type CoreOptions = {
  readonly workspace: Workspace;
  readonly role: 'resident' | 'errand';
  /** How machines are reached; left out, over SSH. */
  readonly machineShell?: MachineShell;
};

/** The composition root: everything is made here, from the ports, and nothing anywhere else. */
export async function createCore(ports: Ports, options: CoreOptions): Promise<Core> {
  const { workspace } = options;
  const { clock, log } = ports;
  const startedAt = new Date(clock.now()).toISOString();
  let announceLoss: (error: RoomError) => void = () => undefined;
  const lost = new Promise<RoomError>((resolve) => {
    announceLoss = resolve;
  });
  const database = await openDatabase(ports, workspace.path, announceLoss);
  const events = createEvents((fault) =>
    log({ level: 'error', area: 'events', message: `A listener failed: ${String(fault)}` }),
  );
  const { emit } = events;
  const tasks = createTaskPool(ports);
  const supervisor = createToolSupervisor();
  const incidentDeps = { configsFolder: ports.configsFolder, workspacePath: workspace.path };
  const jobs = createJobs({ database, clock, log, emit, recognise: createRecogniser(incidentDeps) });
  const blind = createBlindMedia();
  const media = createMediaService({ database, log, blind });
  const eventFaults = await reconcileEvents(database, log);

  let settings = await database.read('settings.get', undefined as never);
  const makeToolFinder = (): ReturnType<typeof createToolFinder> =>
    createToolFinder({
      settingsPathOf: (name) => settings[`${name}Path`],
      homeDir: ports.homeFolder,
      platform: process.platform,
      processArchitecture: process.arch,
      shellPath: ports.environment['SHELL'] ?? null,
      inheritedEnv: ports.environment,
    });
  let tools = makeToolFinder();

  const readClipSignature = createSignatureReader({ supervisor, tools: { find: (name) => tools.find(name) } });
  const importDeps: ImportDeps = {
    database,
    tasks,
    clock,
    emit,
    mediaSalt: workspace.mediaSalt,
    demoFolder: ports.demoFolder,
    perRun: createKeyedLock(),
    readClipSignature,
    linkSuccessors: createSuccessorLinker({ database, media, clock, log, readClipSignature }),
  };
  const checkDeps: CheckDeps = {
    database,
    tasks,
    clock,
    emit,
    tools: { find: (name) => tools.find(name) },
    run: supervisor.run,
    mediaSalt: workspace.mediaSalt,
    workspacePath: workspace.path,
    roomVersion: ports.version,
  };
  const rebuildDeps = { ...importDeps, convertedFolder: convertedFolder(workspace.path) };
  const restoredCount = await foldMissingRuns(rebuildDeps);
  if (restoredCount > 0)
    log({ level: 'warn', area: 'history', message: `The index lacked ${restoredCount} runs: listed as last seen` });
  const convertClip = createConvertClip({
    database,
    media,
    clock,
    emit,
    supervisor,
    tools: { find: (name, findOptions) => tools.find(name, findOptions), shellAnswer: () => tools.shellAnswer() },
    workspacePath: workspace.path,
    mediaSalt: workspace.mediaSalt,
  });

  const simulated = await openDemoProvider({ ports, database, workspace });
  const openFleet = createFleetOpener({ ports, database, workspace, jobs, emit, simulated });
  const ssh = openSsh({
    ports,
    database,
    workspace,
    openFleet,
    tasks,
    emit,
    settings: () => settings,
    shellAgentSocket: async () => {
      const answer = await tools.shellAnswer();
      return answer?.ok === true ? answer.sshAuthSock : null;
    },
  });
  const hands = createMachineHands(options.machineShell ?? ssh.shell, ports.remoteFolder);
  const call: Dispatcher['dispatch'] = (method, input, caller) => dispatcher.dispatch(method, input, caller);
  const launchHistory = createLaunchHistory({ database, call });
  const shell = options.machineShell ?? ssh.shell;
  const { remoteFolder } = ports;
  const timer = createTimer(clock);
  const checks = (): MachineChecks => loadMachineChecks(incidentDeps);
  const hub = createHub(ports.environment['HF_ENDPOINT'] ?? 'https://huggingface.co');
  const guarded: GuardedDeps = {
    database,
    emit,
    timer,
    stepShell: createStepShell({ shell, remoteFolder }),
    workspacePath: workspace.path,
    isGone: async (instanceId) => {
      const envelope = await call('instances.get', { id: instanceId }, { actor: 'schedule', name: 'the room' });
      if (!envelope.ok) return null;
      const { item, stale } = envelope.value as MethodOutput<'instances.get'>;
      return stale ? null : item.phase === 'stopped' || item.phase === 'destroying';
    },
    environments: createEnvironments({
      database,
      emit,
      timer,
      shell,
      remoteFolder,
      probes: () => checks().probes,
    }),
  };
  let lookNow = (): Promise<void> => Promise.resolve();

  const transfer = createTransferThread(ports);
  const backupFolder = (): string => settings.backupFolder ?? join(workspace.path, 'snapshots');
  const snapshotDeps: SnapshotDeps = {
    database,
    clock,
    emit,
    ssh,
    transfer,
    backupFolder,
    configsFolder: ports.configsFolder,
    workspacePath: workspace.path,
    version: ports.version,
    importRuns: async (path, context) => ({ runCount: (await importFolder(importDeps, path, context)).runs.length }),
    mirroredIds: async () => new Set(await database.read('mirror.mirroredIds', undefined as never)),
    isMirrorSetUp: () => !workspace.isDemo && isBucketSet(ports.environment, settings),
    retention: () => ({
      isOn: settings.retentionIsOn,
      allHours: settings.retentionAllHours,
      hourlyDays: settings.retentionHourlyDays,
      dailyDays: settings.retentionDailyDays,
      keepsUnmirrored: settings.retentionKeepsUnmirrored,
    }),
  };

  const outside = createOutside({ database, emit, ports });
  const scheduleDeps: ScheduleDeps = {
    database,
    clock,
    emit,
    jobs,
    call,
    role: options.role,
    own: createOwnSlots({ jobs, clock }),
    largeEveryMs: (profileId) =>
      chooseProfile({ profileId: profileId ?? undefined }, snapshotDeps).largeEveryMinutes * 60_000,
    tell: createTellIncidents({ database, clock, send: (notice) => reach(notice, { ports, outside }) }),
    beat: (purpose) => outside.beat(purpose),
  };

  const handlers: Handlers = {
    ...roomHandlers({
      ports,
      database,
      workspace,
      role: options.role,
      startedAt,
      warnings: () => [...findWarnings(workspace, ports.secrets), ...eventFaults],
    }),
    ...settingsHandlers({
      database,
      emit,
      onChanged: (next) => {
        const isOtherKey = next.sshKeyFile !== settings.sshKeyFile || next.sshUser !== settings.sshUser;
        settings = next;
        // A path that was set by hand is looked at anew, and so is everything found before it.
        tools = makeToolFinder();
        if (isOtherKey) ssh.shell.reset();
      },
    }),
    ...runHandlers({ database, importDeps, convertClip }),
    ...historyHandlers({
      database,
      clock,
      emit,
      rebuildDeps,
    }),
    ...jobHandlers({ database, jobs }),
    ...instanceHandlers({
      open: openFleet,
      database,
      jobs,
      emit,
      quiesce: hands.quiesce,
      knock: ssh.knock,
      copyMachine: (id, context) => copyMachine(id, context, { ...snapshotDeps, jobs }),
      mirrorMachine: (id, context) => mirrorCopy(id, context, { ...snapshotDeps, jobs, call }),
      unsavedOf: (id) => unsavedOf(id, snapshotDeps),
    }),
    ...toolHandlers({ ports, workspacePath: workspace.path, supervisor, tools: () => tools }),
    ...launchHandlers({
      open: openFleet,
      database,
      emit,
      secrets: ports.secrets,
      configsFolder: ports.configsFolder,
      remoteFolder: ports.remoteFolder,
      workspacePath: workspace.path,
      workspaceId: workspace.id,
      actorOf: async (jobId) => (await jobs.get(jobId)).actor,
      // The demo asks nobody outside.
      gates: [gatedRepositoriesGate({ hub: simulated === null ? hub : null, secrets: ports.secrets, checks })],
      // Simulated machines have nobody behind their doors.
      waitForSsh:
        simulated === null
          ? createWaitForSsh({ probe: (id, signal) => ssh.probe(id, signal), timer: () => openFleet().actionTimer })
          : null,
      armGuard: (instanceId, guard) =>
        armLaunched(instanceId, guard, { database, jobs, now: () => openFleet().timer.now() }),
    }),
    ...snapshotHandlers({ ...snapshotDeps, jobs, call, log }),
    ...secretHandlers({
      secrets: ports.secrets,
      emit,
      // Another key or passphrase counts from the next connection on.
      onChanged: (name) => {
        if (name.startsWith('ssh_')) ssh.shell.reset();
      },
    }),
    ...sshHandlers({ ssh, database, clock, workspacePath: workspace.path, keyFile: () => settings.sshKeyFile }),
    ...reviewHandlers({
      database,
      clock,
      emit,
      tasks,
      checkDeps,
    }),
    ...studyHandlers({
      database,
      clock,
      emit,
      tasks,
      blind,
      report: {
        tools: { find: (name) => tools.find(name) },
        run: supervisor.run,
        pathOf: async (mediaId) => (await media.locate(mediaId)).path,
        workspacePath: workspace.path,
        roomVersion: ports.version,
      },
      demo: {
        isDemo: workspace.isDemo,
        demoFolder: ports.demoFolder,
        importRuns: (path, context) => importFolder(importDeps, path, context),
        checkDepth: (runId, context) => checkOrientation(checkDeps, { runId }, context),
      },
    }),
    ...guardHandlers({ open: openFleet, database, jobs, emit, call, hands, lookNow: () => lookNow() }),
    ...mirrorHandlers(
      createMirrorDeps({
        database,
        tasks,
        clock,
        emit,
        ports,
        workspace,
        settings: () => settings,
        tools: () => tools,
        run: supervisor.run,
        snapshots: createSnapshotReader({ database, clock, emit, backupFolder }),
      }),
    ),
    ...scheduleHandlers(scheduleDeps, { proofFolder: join(workspace.path, 'mirror', 'proofs') }),
    ...alarmHandlers({ database, ports, outside }),
    ...agentHandlers({
      database,
      emit,
      ports,
      workspace,
      run: supervisor.run,
      settings: () => settings,
      platform: process.platform,
      uid: process.getuid?.() ?? 0,
    }),
    ...incidentHandlers({ ...incidentDeps, database }),
    ...checkHandlers({ history: launchHistory, shell, remoteFolder }),
    ...stepHandlers(guarded),
    ...environmentHandlers(guarded),
    ...hubHandlers({ hub, secrets: ports.secrets, shell, remoteFolder, checks }),
    ...remoteHandlers({
      ...guarded,
      shell,
      remoteFolder,
      secrets: ports.secrets,
      checks,
      incidents: incidentDeps,
      actorOf: async (jobId) => (await jobs.get(jobId)).actor,
      history: launchHistory,
      syncNow: (instanceId) => {
        // Whoever is copied by itself is copied after a stage as well; what fails is told by its slot.
        if (/^\d+$/.test(instanceId))
          void call('sync.once', { instanceId }, { actor: 'schedule', name: 'the schedule' }).catch(() => undefined);
      },
    }),
  };
  const dispatcher = createDispatcher({ handlers, jobs, log });
  await jobs.reconcile(options.role === 'resident' ? resumersOf(handlers) : null);
  if (options.role === 'resident') await attachOpenSteps({ database, jobs, dispatcher });
  const ownWork = await startOwnWork({
    ports,
    workspace,
    role: options.role,
    database,
    dispatcher,
    events,
    jobs,
    simulated,
    openFleet,
    hands,
    ssh,
    scheduleDeps,
    tools: () => tools,
  });
  lookNow = ownWork.lookNow;

  return {
    workspace,
    dispatcher,
    events,
    media,
    jobs,
    ssh,
    lost,
    async close() {
      await ownWork.stop();
      await jobs.close();
      await ownWork.seeded;
      await simulated?.close();
      await transfer.close();
      await supervisor.stopAll();
      await tasks.close();
      await database.close();
    },
  };
}
