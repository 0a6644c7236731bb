package engine

import (
	"fmt"
	"io"
	stdlog "log"
	"os"

	"go.temporal.io/server/common/log"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc/grpclog"
)

// logTo sends what the server and its libraries say to a file, warnings and worse. failed gets the message of an error
// after which the server would end the process.
func logTo(path string, failed func(message string)) (log.Logger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the engine's log cannot be written: %w", err)
	}
	// Libraries of the server and of the UI write to these two; the terminal belongs to the stack's own few lines.
	stdlog.SetOutput(file)
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, file))

	format := zap.NewProductionEncoderConfig()
	format.EncodeTime = zapcore.ISO8601TimeEncoder
	core := zapcore.NewCore(zapcore.NewConsoleEncoder(format), zapcore.Lock(file), zapcore.WarnLevel)
	return log.NewZapLogger(zap.New(core, zap.WithFatalHook(fatal{failed}))), nil
}

// fatal replaces the end of the process, so that the other parts of the stack can still be stopped in order.
type fatal struct{ failed func(message string) }

func (f fatal) OnWrite(entry *zapcore.CheckedEntry, _ []zapcore.Field) {
	f.failed(entry.Message)
	zapcore.WriteThenGoexit.OnWrite(entry, nil)
}
