import type { RoomEvent } from '#shared/contract/index.ts';

/** The nouns whose queries an event makes stale; `all` when every id a page holds is void. */
export function staleNounsOf(event: RoomEvent): readonly string[] | 'all' {
  switch (event.name) {
    case 'room.changed':
      return ['room', 'workspaces'];
    case 'settings.changed':
      return ['settings', 'room', 'tools'];
    case 'runs.changed':
      return ['runs', 'clips', 'logs', 'room', 'history', 'orientation', 'triage'];
    case 'clips.changed':
      return ['clips', 'runs', 'triage'];
    case 'jobs.changed':
      return ['jobs'];
    case 'orientation.changed':
      return ['orientation', 'triage'];
    case 'studies.changed':
      return ['studies'];
    case 'decisions.changed':
      return ['decisions', 'room', 'history', 'triage'];
    case 'instances.changed':
      return ['instances', 'budget'];
    case 'secrets.changed':
      return ['secrets'];
    case 'ssh.changed':
      return ['ssh', 'instances'];
    case 'snapshots.changed':
      return ['snapshots'];
    case 'schedule.changed':
      return ['schedule', 'snapshots'];
    case 'steps.changed':
      return ['steps', 'environment'];
    case 'mirror.changed':
      return ['mirror'];
    case 'workspace.switched':
      return 'all';
    default: {
      const never: never = event;
      return never;
    }
  }
}
