import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { StateMark } from '../ui/state-mark.tsx';

type Props = { readonly screen: string; readonly children: ReactNode };
type State = { readonly fault: Error | null };

/** Keeps a fault of one screen from taking the room down. A class because React offers no other way. */
export class ScreenBoundary extends Component<Props, State> {
  override state: State = { fault: null };

  static getDerivedStateFromError(thrown: unknown): State {
    return { fault: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('screen fault', error, info.componentStack);
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    if (/preload CSS|imported module|module script/i.test(fault.message)) return <NotLoaded details={fault.message} />;
    const details = `${fault.name}: ${fault.message}\n${fault.stack ?? ''}`;
    return (
      <div className="notice" role="alert">
        <StateMark shape="fail" word={`${this.props.screen} could not be drawn`} />
        <p className="wrap-any">{fault.message}</p>
        <p>Nothing that was saved is touched. Draw it again, or go on with another screen.</p>
        <div className="acts">
          <Button onClick={() => this.setState({ fault: null })}>Draw again</Button>
          <Button kind="ghost" onClick={() => window.location.reload()}>
            Reload the room
          </Button>
          <Copyable text={details} label="fault details" mono={false}>
            Copy the details
          </Copyable>
        </div>
      </div>
    );
  }
}

/** A part of the page that did not arrive is not asked for again by drawing: only loading the room anew does. */
function NotLoaded({ details }: { readonly details: string }): ReactNode {
  return (
    <div className="notice" role="alert">
      <StateMark shape="fail" word="This screen could not be loaded" />
      <p>
        The room does not answer, or it was brought up to date since this page was opened. Nothing that was saved is
        touched.
      </p>
      <p>Reload the room once it answers; screens that were open before still work.</p>
      <div className="acts">
        <Button onClick={() => window.location.reload()}>Reload the room</Button>
        <Copyable text={details} label="fault details" mono={false}>
          Copy the details
        </Copyable>
      </div>
    </div>
  );
}
