"""Reasons why a paper is not good, ready for every authority; each says what is wrong and what the person has to do."""

from dataclasses import dataclass

from procedures.schema.reading import Text

MISSING = "missing"
OTHER = "other"


@dataclass(frozen=True)
class Fault:
    """One reason: what is wrong, what to do about it, where it stands in the list."""

    key: str
    name: Text
    todo: Text
    position: int = 100
    # Offered for new verdicts; one that is not any more still names older ones.
    active: bool = True


BUILT_IN = (
    Fault(MISSING, Text("Chưa có giấy tờ này", "This paper is missing"), Text("Nộp giấy tờ này.", "Hand in this paper."), 10),
    Fault("unreadable", Text("Ảnh, bản quét mờ hoặc bị cắt, không đọc được", "The picture or scan is blurred or cut off"), Text("Chụp hoặc quét lại cho rõ, đủ bốn góc, đủ các trang.", "Photograph or scan it again: sharp, all four corners, all pages."), 20),
    Fault("incomplete", Text("Thiếu trang", "Pages are missing"), Text("Nộp lại đủ tất cả các trang.", "Hand it in again with all pages."), 30),
    Fault("wrong_paper", Text("Không phải giấy tờ được yêu cầu", "It is not the paper that was asked for"), Text("Nộp đúng loại giấy tờ nêu trong thành phần hồ sơ.", "Hand in the paper named in the list of papers."), 40),
    Fault("other_person", Text("Giấy tờ của người khác", "The paper is somebody else's"), Text("Nộp giấy tờ của chính chủ hồ sơ, hoặc kèm giấy ủy quyền.", "Hand in the owner's own paper, or a mandate with it."), 50),
    Fault("expired", Text("Giấy tờ hết hiệu lực", "The paper is no longer valid"), Text("Nộp giấy tờ còn hiệu lực.", "Hand in a paper that is valid."), 60),
    Fault("unsigned", Text("Chưa ký hoặc chưa đóng dấu", "It is not signed or not sealed"), Text("Ký, đóng dấu đầy đủ rồi nộp lại.", "Sign and seal it, then hand it in again."), 70),
    Fault("not_certified", Text("Bản sao chưa được chứng thực", "The copy is not certified"), Text("Nộp bản sao có chứng thực, hoặc bản sao kèm bản chính để đối chiếu.", "Hand in a certified copy, or a copy with the original to compare."), 80),
    Fault("mismatch", Text("Thông tin khác với tờ khai", "It says something else than the form"), Text("Sửa tờ khai hoặc nộp giấy tờ khớp với tờ khai.", "Mend the form, or hand in a paper that agrees with it."), 90),
    Fault("wrong_form", Text("Không đúng mẫu quy định", "It is not on the prescribed form"), Text("Lập lại theo mẫu hiện hành, tải ở trang thủ tục.", "Write it on the form in force; the procedure's page has it."), 100),
    Fault("not_translated", Text("Giấy tờ nước ngoài chưa dịch hoặc chưa hợp pháp hóa", "A foreign paper that is not translated or legalised"), Text("Nộp bản dịch công chứng và bản hợp pháp hóa lãnh sự, trừ khi được miễn.", "Hand in a notarised translation and the legalisation, unless exempt."), 110),
    Fault(OTHER, Text("Lý do khác", "Another reason"), Text("", ""), 1000),
)  # fmt: skip
