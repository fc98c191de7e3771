package io.sirocco.job;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local file system under another name, {@code quota:///}, with room for so many bytes: a disk that is full, for any user. */
public final class QuotaFileSystem extends RawLocalFileSystem {

    static final AtomicLong LEFT = new AtomicLong();

    private static final class Counted extends FilterOutputStream {
        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (LEFT.addAndGet(-length) < 0) {
                throw new IOException("No space left on device");
            }
            out.write(bytes, offset, length);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    @Override
    public URI getUri() {
        return URI.create("quota:///");
    }

    @Override
    public String getScheme() {
        return "quota";
    }

    private static FSDataOutputStream counted(FSDataOutputStream out) {
        return new FSDataOutputStream(new Counted(out), null);
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int buffer, short replication, long block, Progressable progress)
            throws IOException {
        return counted(super.create(file, overwrite, buffer, replication, block, progress));
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int buffer,
            short replication,
            long block,
            Progressable progress)
            throws IOException {
        return counted(super.create(file, permission, overwrite, buffer, replication, block, progress));
    }
}
