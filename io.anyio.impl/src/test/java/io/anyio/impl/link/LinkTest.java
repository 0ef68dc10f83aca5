package io.anyio.impl.link;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final class Member extends Link<Member> {}

    @Test
    void aMemberThatLeavesTwiceTakesNobodyAlong() {
        Member last = new Member();
        Member middle = new Member();
        Member first = new Member();
        @Nullable
        Member list = first.joinBefore(middle.joinBefore(last.joinBefore(null)));
        list = middle.leave(list);
        list = middle.leave(list);
        assertSame(first, list);
        assertSame(last, first.next());
        list = first.leave(list);
        list = first.leave(list);
        assertSame(last, list);
        list = last.leave(list);
        assertNull(last.leave(list));
    }
}
