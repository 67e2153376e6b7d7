//! 请假与考勤.

use super::Rule;
use crate::settings::Profile;

/// The rules of this theme by id.
pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "R-130",
        profile: Profile::N,
        text: "按排班上下班，不迟到、不早退。有特殊情况要事先当面或打电话向主管请假；电话请的假，由批准人事后补录。",
    },
    Rule {
        id: "R-131",
        profile: Profile::N,
        text: "上班时间不擅自离岗。必须外出的，先告诉组长并交接好工作，超过30分钟（不含）没回岗会提醒。违反的按单位考勤制度办。",
    },
    Rule {
        id: "R-132",
        profile: Profile::N,
        text: "当月的假当月休完，不能攒到下个月。每月20日提醒还没休的天数。",
    },
    Rule {
        id: "R-133",
        profile: Profile::N,
        text: "每月离开岗位不超过4天（含4天），按半天计；病假也算，轮休默认不算。超过的要逐级审批。",
    },
    Rule {
        id: "R-134",
        profile: Profile::N,
        text: "有特殊情况要逐级审批：组长、主管、主任依次同意，任何一级不同意就不准假。",
    },
    Rule {
        id: "R-135",
        profile: Profile::N,
        text: "没批假就离岗的，每天扣100元并记旷工，半天扣50元。都先作建议，由主管确认。",
    },
    Rule {
        id: "R-136",
        profile: Profile::C,
        text: "员工请假由主任审批；本科室默认半个班次以内由组长批。谁也不能批自己的假，由上一级批。",
    },
    Rule {
        id: "R-137",
        profile: Profile::C,
        text: "因特殊原因请假，提前一周（正好7天算够）向主任说明。不够7天只作提示，主任仍可以批。",
    },
    Rule {
        id: "R-138",
        profile: Profile::A,
        text: "事假至少提前1天报主任，前一天提出就算（按自然日），批准后才能休。到上班时还没批下来，不算请假。",
    },
    Rule {
        id: "R-139",
        profile: Profile::A,
        text: "病假至少在上班前1小时提出（正好60分钟算及时），回来后3天内（含第3天）补病假证明。提晚了或没补的，由主管决定。",
    },
    Rule {
        id: "R-140",
        profile: Profile::A,
        text: "临时请假不超过半个班次（含）由组长批，不用提前一天。同一天请几次的，时间加在一起算。",
    },
    Rule {
        id: "R-141", profile: Profile::A, text: "请假超过半个班次的，主任批准后才能离开。"
    },
    Rule {
        id: "R-142",
        profile: Profile::A,
        text: "违反请假规定的，缺勤不超过半个班次（含）按早退处理，超过的按旷工处理。",
    },
    Rule {
        id: "R-143",
        profile: Profile::A,
        text: "严格按排班上班，没有特殊情况不得擅自改班。排班只由组长改，换班另走换班申请。",
    },
    Rule {
        id: "R-144",
        profile: Profile::P,
        text: "当天早上不接受电话或短信请假。在这里填的请假算书面假条：病假当天可以填，超过半个班次的事假不行。",
    },
    Rule {
        id: "R-145", profile: Profile::P, text: "请病假必须填假条，在这里填的请假就算假条。"
    },
    Rule {
        id: "R-146",
        profile: Profile::P,
        text: "上班时间不办私事。有特殊情况，写好假条、打了卡才能离开。",
    },
    Rule { id: "R-147", profile: Profile::P, text: "每天按时打卡上下班。" },
    Rule {
        id: "R-148",
        profile: Profile::P,
        text: "不串岗、不离岗、不迟到、不早退。有急事要先落实代班人；请假后会低于本班最低人数的，没有代班人不能提交。",
    },
    Rule {
        id: "R-149",
        profile: Profile::I,
        text: "无故不在岗、单人岗迟到没请假、在家上网断了又没人顶、家有急事没请假、没按要求请假等都算脱岗，属辞退级别。只向主管和主任提示，由人决定。",
    },
    Rule {
        id: "R-150",
        profile: Profile::I,
        text: "早班、晚班迟到或早退，当月第1次扣10元，以后每次翻倍（20元、40元……），最高翻到640元。按个人按月累计，每月1日重新算。",
    },
    Rule {
        id: "R-151",
        profile: Profile::I,
        text: "双人岗迟到又没请假，按当次金额的2倍扣，并计入当月次数。",
    },
    Rule {
        id: "R-152",
        profile: Profile::I,
        text: "单人岗迟到但请了假，按当次金额的2倍扣，当天的项目奖金全部转给顶班的搭档，并计入当月次数。",
    },
    Rule {
        id: "R-153",
        profile: Profile::I,
        text: "无故上班不足450分钟的按早退处理，并计入当月次数。正好450分钟算够，批准的请假时间也算在内。",
    },
    Rule {
        id: "R-154",
        profile: Profile::I,
        text: "迟到了隐瞒、不主动报的，按当次金额的3倍扣，并计入当月次数。",
    },
    Rule {
        id: "R-155",
        profile: Profile::M,
        text: "各部门的考勤和批假要公开、准确、及时、完整，查出一次不合要求，扣部门负责人100元。有人没批假就休，扣负责人200元，本人记旷工。",
    },
    Rule {
        id: "R-156",
        profile: Profile::M,
        text: "迟到、早退或离岗30分钟以内（含）扣50元，超过30分钟到60分钟（含）扣100元，超过60分钟记旷工半天。",
    },
    Rule {
        id: "R-157",
        profile: Profile::M,
        text: "旷工半天扣当月奖金的一半，1天扣全部，最多扣完当月奖金。当月旷工3天以上（含3天）提示除名，由人决定。",
    },
    Rule {
        id: "R-158",
        profile: Profile::M,
        text: "值班人员按时交接并有记录。不按时接班、不在岗或只留个电话的，按迟到、离岗和旷工的规定处理。",
    },
    Rule {
        id: "R-159",
        profile: Profile::M,
        text: "正式谈话后不服从调动，3天内没到新岗位的，从第4天起记旷工（谈话当天不算）。",
    },
    Rule {
        id: "R-160", profile: Profile::C, text: "迟到、早退、脱岗、串岗，每次扣1分，本项5分，扣完为止。"
    },
    Rule {
        id: "R-161", profile: Profile::M, text: "每月出勤26天为全勤。请假按天扣，旷工按纪律规定处理。"
    },
    Rule {
        id: "R-162",
        profile: Profile::A,
        text: "导医不迟到、不早退，有事事先请假，周一早会准时到，上下班打卡。",
    },
    Rule {
        id: "R-163", profile: Profile::X, text: "行政值班有事可以换班，要经办公室同意，不能私下换。"
    },
    Rule {
        id: "R-164",
        profile: Profile::X,
        text: "值班空岗或擅自离岗，扣当月部分或全部奖金，扣多少由人决定。出了事故的另作行政处分。",
    },
    Rule { id: "R-165", profile: Profile::A, text: "不随意离开岗位，遵守考勤规定。" },
    Rule {
        id: "R-166", profile: Profile::P, text: "遵守考勤和上班时间，不离岗，不迟到、不早退。"
    },
    Rule {
        id: "R-167", profile: Profile::P, text: "在线客服每天08:00到20:00上班，有例外要事先报备。"
    },
    Rule {
        id: "R-168",
        profile: Profile::C,
        text: "例会来不了的，提前2天告诉主任（按自然日，正好2天算及时）。",
    },
    Rule {
        id: "R-169",
        profile: Profile::N,
        text: "每天17:00在群里公布明天谁请假，每周公布下周的，不写假别。2小时内可以确认或提异议，最后由批准人决定。",
    },
];
