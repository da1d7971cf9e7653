import { lazy, Suspense, type ReactNode } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Reading } from '../ui/notices.tsx';
import { ScreenBoundary } from './screen-boundary.tsx';
import { UnknownRoute } from './unknown-route.tsx';

const MorningScreen = lazy(async () => ({
  default: (await import('../features/morning/morning-screen.tsx')).MorningScreen,
}));
const FleetScreen = lazy(async () => ({ default: (await import('../features/fleet/fleet-screen.tsx')).FleetScreen }));
const MachineScreen = lazy(async () => ({
  default: (await import('../features/fleet/machine-screen.tsx')).MachineScreen,
}));
const StepsScreen = lazy(async () => ({ default: (await import('../features/remote/steps-screen.tsx')).StepsScreen }));
const GateScreen = lazy(async () => ({ default: (await import('../features/remote/gate-screen.tsx')).GateScreen }));
const LaunchScreen = lazy(async () => ({
  default: (await import('../features/launch/launch-screen.tsx')).LaunchScreen,
}));
const ConfigScreen = lazy(async () => ({
  default: (await import('../features/configs/config-screen.tsx')).ConfigScreen,
}));
const RunsScreen = lazy(async () => ({ default: (await import('../features/runs/runs-screen.tsx')).RunsScreen }));
const RunScreen = lazy(async () => ({ default: (await import('../features/run/run-screen.tsx')).RunScreen }));
const CompareScreen = lazy(async () => ({ default: (await import('../features/compare/index.tsx')).CompareScreen }));
const ClipScreen = lazy(async () => ({ default: (await import('../features/compare/index.tsx')).ClipScreen }));
const ReviewScreen = lazy(async () => ({
  default: (await import('../features/review/review-screen.tsx')).ReviewScreen,
}));
const ScheduleScreen = lazy(async () => ({
  default: (await import('../features/schedule/schedule-screen.tsx')).ScheduleScreen,
}));
const StudiesScreen = lazy(async () => ({
  default: (await import('../features/study/index.ts')).StudiesScreen,
}));
const NewStudyScreen = lazy(async () => ({
  default: (await import('../features/study/index.ts')).NewStudyScreen,
}));
const StudyScreen = lazy(async () => ({ default: (await import('../features/study/index.ts')).StudyScreen }));
const LabelScreen = lazy(async () => ({ default: (await import('../features/study/index.ts')).LabelScreen }));
const HistoryScreen = lazy(async () => ({
  default: (await import('../features/history/history-screen.tsx')).HistoryScreen,
}));
const MemoryScreen = lazy(async () => ({
  default: (await import('../features/memory/memory-screen.tsx')).MemoryScreen,
}));
const JobsScreen = lazy(async () => ({ default: (await import('../features/jobs/jobs-screen.tsx')).JobsScreen }));
const DoctorScreen = lazy(async () => ({
  default: (await import('../features/doctor/doctor-screen.tsx')).DoctorScreen,
}));
const SnapshotsScreen = lazy(async () => ({
  default: (await import('../features/snapshots/snapshots-screen.tsx')).SnapshotsScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
}));

/** Which screen an address shows. A fault stays within its screen and goes away with the address. */
export function Routes(): ReactNode {
  const [path] = useLocation();
  return (
    <ScreenBoundary key={path} screen="This screen">
      <Suspense fallback={<Reading />}>
        <Switch>
          <Route path="/">
            <MorningScreen />
          </Route>
          <Route path="/fleet">
            <FleetScreen />
          </Route>
          <Route path="/fleet/:id">{({ id }) => <MachineScreen machineId={decodeURIComponent(id)} />}</Route>
          <Route path="/fleet/:id/steps">
            {({ id }) => <StepsScreen machineId={decodeURIComponent(id)} stepId={null} />}
          </Route>
          <Route path="/fleet/:id/steps/:step">
            {({ id, step }) => <StepsScreen machineId={decodeURIComponent(id)} stepId={decodeURIComponent(step)} />}
          </Route>
          <Route path="/fleet/:id/gate">{({ id }) => <GateScreen machineId={decodeURIComponent(id)} />}</Route>
          <Route path="/launch">
            <LaunchScreen />
          </Route>
          <Route path="/config">
            <ConfigScreen />
          </Route>
          <Route path="/runs">
            <RunsScreen />
          </Route>
          <Route path="/runs/:id">{({ id }) => <RunScreen runId={decodeURIComponent(id)} />}</Route>
          <Route path="/compare">
            <CompareScreen />
          </Route>
          <Route path="/clip/:id">{({ id }) => <ClipScreen clipId={decodeURIComponent(id)} />}</Route>
          <Route path="/snapshots">
            <SnapshotsScreen />
          </Route>
          <Route path="/review">
            <ReviewScreen />
          </Route>
          <Route path="/studies">
            <StudiesScreen />
          </Route>
          <Route path="/studies/new">
            <NewStudyScreen />
          </Route>
          <Route path="/studies/:id/label">{({ id }) => <LabelScreen studyId={decodeURIComponent(id)} />}</Route>
          <Route path="/studies/:id">{({ id }) => <StudyScreen studyId={decodeURIComponent(id)} />}</Route>
          <Route path="/schedule">
            <ScheduleScreen />
          </Route>
          <Route path="/history">
            <HistoryScreen />
          </Route>
          <Route path="/memory">
            <MemoryScreen incidentId={null} />
          </Route>
          <Route path="/memory/:id">{({ id }) => <MemoryScreen incidentId={decodeURIComponent(id)} />}</Route>
          <Route path="/jobs">
            <JobsScreen jobId={null} />
          </Route>
          <Route path="/jobs/:id">{({ id }) => <JobsScreen jobId={decodeURIComponent(id)} />}</Route>
          <Route path="/doctor">
            <DoctorScreen />
          </Route>
          <Route path="/settings">
            <SettingsScreen />
          </Route>
          <Route>
            <UnknownRoute />
          </Route>
        </Switch>
      </Suspense>
    </ScreenBoundary>
  );
}
